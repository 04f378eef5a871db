/** Live updates for the consoles, fed by what delivery and the engine tell. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { DeliveryModule } from '../delivery/delivery.module';
import { Wakeups } from '../delivery/wakeups';
import { LiveController } from './live.controller';
import { LiveUpdates } from './live-updates';

@Module({ imports: [DeliveryModule], controllers: [LiveController] })
export class LiveModule implements OnModuleInit {
  constructor(
    private readonly wakeups: Wakeups,
    private readonly live: LiveUpdates,
  ) {}

  onModuleInit(): void {
    for (const topic of ['runs', 'runsElsewhere'] as const) {
      this.wakeups.on(topic, (ids) => {
        for (const id of ids) this.live.changed({ topic: 'run', id });
        this.live.changed({ topic: 'runs' });
      });
    }
    for (const topic of ['agents', 'agentsElsewhere'] as const) {
      this.wakeups.on(topic, () => this.live.changed({ topic: 'agents' }));
    }
  }
}
