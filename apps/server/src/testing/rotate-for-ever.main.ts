/** A program that moves the keys of a data folder again and again, and says after each move how often; to be killed. */
import { IdentityFolder } from '../trust/identity-folder';
import { moveKeyRecord } from '../trust/key-record';

async function main(dataFolder: string): Promise<never> {
  const folder = new IdentityFolder(dataFolder);
  for (;;) {
    const record = await folder.require();
    await folder.write(await moveKeyRecord(record, { nextKeyPem: record.nextKeyPem ?? '', emergency: false }));
    process.stdout.write(`${record.chain.length}\n`);
  }
}

void main(process.argv[2] ?? '');
