import { ApiRefusedError } from '@longshore/rest-client';
import { updateAgentSchema } from '@longshore/rest-contract';
import { errorAt, errorsOf, problemsOf } from './field-errors';

describe('field errors', () => {
  it('take the path and sentence of a refusal', () => {
    const refusal = new ApiRefusedError({
      status: 400,
      code: 'INPUT_INVALID',
      message: 'body.steps.0.needs.1: there is no step "x"',
      field: 'body.steps.0.needs.1',
    });
    const errors = errorsOf(refusal);
    expect(errorAt(errors, 'steps.0.needs')).toBe('there is no step "x"');
    expect(errorAt(errors, 'steps.0.name')).toBeNull();
    expect(errorAt(errors, 'steps.0.need')).toBeNull();
  });

  it('are none for an error that names no field', () => {
    expect(errorsOf(new Error('x')).size).toBe(0);
    expect(errorsOf(new ApiRefusedError({ status: 409, code: 'X', message: 'x', field: null })).size).toBe(0);
  });

  it("take the schema's own words", () => {
    const parsed = updateAgentSchema.safeParse({ tags: ['ok', '!'], maxParallel: 0 });
    const errors = parsed.success ? new Map<string, string>() : problemsOf(parsed.error);
    expect(errorAt(errors, 'tags')).toContain('must be 1 to 100 letters');
    expect(errorAt(errors, 'maxParallel')).not.toBeNull();
  });
});
