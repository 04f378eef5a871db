import { processDefinitionSchema } from './process-definition';

const step = (name: string, ...needs: unknown[]) => ({ name, inputs: { script: 'true' }, needs });
const problemsOf = (steps: unknown[]) => {
  const result = processDefinitionSchema.safeParse({ name: 'deploy', steps });
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('processDefinitionSchema', () => {
  it('takes a name in needs for a fan-in over every agent', () => {
    const { steps } = processDefinitionSchema.parse({ name: 'deploy', steps: [step('a'), step('b', 'a')] });
    expect(steps[1]?.needs).toEqual([{ step: 'a', on: 'every-agent' }]);
    expect(steps[0]).toMatchObject({ plugIn: 'longshore.shell', type: 'shell', retry: 'never', timeoutSeconds: null });
  });

  it.each([
    [[step('a', 'a')], 'steps.0.needs: the steps wait for each other: a → a'],
    [[step('a', 'c'), step('b', 'a'), step('c', 'b')], 'steps.0.needs: the steps wait for each other: a → c → b → a'],
    [[step('a', 'z')], 'steps.0.needs.0: there is no step "z"'],
    [[step('a'), step('a')], 'steps.1.name: "a" is already the name of step 1'],
  ])('refuses %j', (steps, problem) => expect(problemsOf(steps)).toEqual([problem]));

  it('refuses a field that it does not know by its path', () => {
    expect(problemsOf([{ ...step('a'), scirpt: 'x' }])[0]).toMatch(/^steps\.0: .*scirpt/);
  });
});
