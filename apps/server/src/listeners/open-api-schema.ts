/** How does a zod schema stand in the OpenAPI document? As the JSON schema (2020-12) that OpenAPI 3.1 takes as it is. */
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type OpenApiSchema = Exclude<Schemas[string], { $ref: string }>;

/** `input` is what a caller may send, `output` what it gets: defaults and transforms make them differ. */
export function openApiSchema(schema: z.ZodType, io: 'input' | 'output'): OpenApiSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest as OpenApiSchema;
}
