/** Says to everything that runs for long that the server is stopping: streams end, waits give up, loops leave. */
import { Injectable } from '@nestjs/common';

@Injectable()
export class Shutdown {
  readonly #controller = new AbortController();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  begin(): void {
    this.#controller.abort();
  }
}
