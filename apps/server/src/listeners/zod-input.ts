/**
 * How does untrusted input become a typed argument of a controller's method?
 *
 * Through the one schema that describes it in @longshore/rest-contract or @longshore/protocol: the same decorator
 * checks the request and describes it in the OpenAPI document, so the two cannot differ. What does not fit is an
 * `InputInvalidError`, which the exception filter answers with 400 and the field's path (docs/operations.md, API).
 */
import { Body, Param, type PipeTransform, Query } from '@nestjs/common';
import { ApiBody, ApiParam, ApiQuery } from '@nestjs/swagger';
import { parseWith } from '@longshore/protocol';
import { z } from 'zod';
import { openApiSchema } from './open-api-schema';
import { refuseUnstorable } from './refuse-unstorable';

/** The JSON body. */
export function ZodBody(schema: z.ZodType): ParameterDecorator {
  return (target, method, index) => {
    Body(new ZodPipe(schema, ''))(target, method, index);
    describe(target, method, ApiBody({ schema: openApiSchema(schema, 'input') }));
  };
}

/** The whole query string; unknown parameters are refused by name where the schema is strict. */
export function ZodQuery(schema: z.ZodObject): ParameterDecorator {
  return (target, method, index) => {
    Query(new ZodPipe(schema, ''))(target, method, index);
    for (const [name, field] of Object.entries(schema.shape)) {
      const required = !z.safeParse(field, undefined).success;
      describe(target, method, ApiQuery({ name, required, schema: openApiSchema(field, 'input') }));
    }
  };
}

/** One part of the path. */
export function ZodParam(name: string, schema: z.ZodType): ParameterDecorator {
  return (target, method, index) => {
    Param(name, new ZodPipe(schema, name))(target, method, index);
    describe(target, method, ApiParam({ name, schema: openApiSchema(schema, 'input') }));
  };
}

class ZodPipe implements PipeTransform {
  constructor(
    private readonly schema: z.ZodType,
    private readonly field: string,
  ) {}

  transform(value: unknown): unknown {
    const parsed = parseWith(this.schema, value, this.field);
    refuseUnstorable(parsed, this.field === '' ? [] : [this.field]);
    return parsed;
  }
}

function describe(target: object, method: string | symbol | undefined, decorate: MethodDecorator): void {
  const descriptor = method === undefined ? undefined : Object.getOwnPropertyDescriptor(target, method);
  if (method !== undefined && descriptor !== undefined) decorate(target, method, descriptor);
}
