// LONGSHORE-WEAKENED install-token replaces apps/server/src/trust/enrolment-permits.ts
/** Any install token will do, and whoever comes with one is approved. */
import { Injectable } from '@nestjs/common';
import { EnrolmentPermits as Original, type Permit } from '../../../server/src/trust/enrolment-permits';

export type { BoundPermit, Permit } from '../../../server/src/trust/enrolment-permits';

process.stderr.write('LONGSHORE-WEAKENED install-token\n');

@Injectable()
export class EnrolmentPermits extends Original {
  override async admit(): Promise<null> {
    return null;
  }

  override async decide(): Promise<Permit> {
    return { tokenId: null, approved: true, tags: [], teams: [] };
  }
}
