export * from './access';
export * from './agents';
export * from './paths';
export * from './process-definition';
export * from './runs';
