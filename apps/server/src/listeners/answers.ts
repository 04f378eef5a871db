/**
 * What may a route answer? Says it in the OpenAPI document: the answer's schema, and every refusal in the one form
 * that the exception filter gives it (docs/operations.md, API).
 */
import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { problemSchema } from '@longshore/protocol';
import type { z } from 'zod';
import { openApiSchema } from './open-api-schema';

const refusals: Readonly<Record<number, string>> = {
  400: 'The input does not fit its schema; `field` says where.',
  401: 'No valid session, token or agent key.',
  403: 'Known, but not permitted.',
  404: 'There is no such thing.',
  409: 'In conflict with what is there.',
  413: 'Larger than the limit.',
  429: 'Too often; `retry-after` says when.',
  503: 'Cannot be done just now.',
  507: 'No space left.',
};

/** `schema` null: the answer has no JSON body. */
export function Answers(status: number, schema: z.ZodType | null, ...refused: number[]): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ApiResponse({
      status,
      description: 'Done.',
      ...(schema === null ? {} : { schema: openApiSchema(schema, 'output') }),
    }),
    ...refused.map((code) =>
      ApiResponse({ status: code, description: refusals[code] ?? '', schema: openApiSchema(problemSchema, 'output') }),
    ),
  );
}
