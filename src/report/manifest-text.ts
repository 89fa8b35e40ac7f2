/** Lines of a manifest, `stagesweep.manifest/1` (contract.md). parse/manifest-line.ts reads them back. */
import {
  manifestSchema,
  type ManifestEnd,
  type ManifestHeader,
  type ManifestLine,
  type ManifestMessage,
  type ManifestTrouble,
} from '../model/manifest.ts';
import { mailboxFields, pathFields, type Fields } from './json-fields.ts';
import { safeJson } from './safe-json.ts';

/** One line with its newline. A key that does not apply is undefined here, which JSON leaves out. */
export function manifestText(line: ManifestLine): string {
  return `${safeJson(fieldsOf(line))}\n`;
}

function fieldsOf(line: ManifestLine): Fields {
  switch (line.kind) {
    case 'message':
      return messageFields(line.message);
    case 'header':
      return headerFields(line.header);
    case 'trouble':
      return troubleFields(line.trouble);
    case 'end':
      return endFields(line.end);
  }
}

/** No `type`: millions of lines need not say what every one is. */
function messageFields(message: ManifestMessage): Fields {
  return {
    ...mailboxFields(message.mailbox),
    uniqueId: message.uniqueId,
    messageUid: message.messageUid,
    recordSize: message.recordSize,
    recordGuid: message.recordGuid,
    size: message.size,
    sha1: message.sha1,
    expunged: message.isExpunged || undefined,
    missing: message.isMissing || undefined,
    errno: message.errno,
  };
}

function headerFields(header: ManifestHeader): Fields {
  return {
    type: 'header',
    schema: manifestSchema,
    tool: { name: 'stagesweep', version: header.version },
    host: header.host,
    command: header.command,
    startedAt: header.startedAt,
    selection: header.selection.length === 0 ? undefined : header.selection,
    unixHierarchySep: header.unixHierarchySep,
  };
}

function troubleFields(trouble: ManifestTrouble): Fields {
  return {
    type: 'trouble',
    ...mailboxFields(trouble.mailbox),
    uniqueId: trouble.uniqueId,
    ...pathFields(trouble.path),
    detail: trouble.detail,
  };
}

function endFields(end: ManifestEnd): Fields {
  const { finishedAt, complete, mailboxes, messages } = end;
  return { type: 'end', finishedAt, complete, mailboxes, messages };
}
