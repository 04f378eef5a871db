/** What the server says of itself to operators. */
import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { apiPaths, type ServerFacts, serverFactsSchema } from '@longshore/rest-contract';
import { Operators } from '../access/audience';
import { BrokerAccess } from '../broker/broker-access';
import { ServerSettings } from '../config/server-settings';
import { serverVersion } from '../config/server-version';
import { Answers } from '../listeners/answers';
import { ServerIdentity } from '../trust/server-identity';

@ApiTags('server')
@Controller(apiPaths.server)
@Operators()
export class ServerController {
  constructor(
    private readonly server: ServerIdentity,
    private readonly settings: ServerSettings,
    private readonly broker: BrokerAccess,
  ) {}

  @Get()
  @Answers(200, serverFactsSchema, 401)
  facts(): ServerFacts {
    return {
      serverId: this.server.serverId,
      version: serverVersion,
      fingerprint: this.server.identity.fingerprint,
      gateways: this.settings.gatewayAddresses,
      broker: this.broker.state,
    };
  }
}
