// @ts-check
import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';

/**
 * @typedef {object} DovecotSettings
 * @property {string} folder
 * @property {number} imapPort 0 when not wanted
 * @property {number} imapsPort 0 when not wanted
 * @property {{ keyFile: string, certFile: string } | undefined} certs undefined: no TLS at all
 * @property {string[]} mechanisms
 * @property {boolean} hasOauth
 * @property {string | undefined} capability replaces what is announced after login
 * @property {string} extra
 */

const SPECIAL_USE = ['Drafts', 'Sent', 'Archive', 'Junk', 'Trash'];

/**
 * The configuration of one private Dovecot 2.3: everything inside its folder, on loopback only.
 * @param {DovecotSettings} settings
 * @returns {string}
 */
export function dovecotConfig({
  folder,
  imapPort,
  imapsPort,
  certs,
  mechanisms,
  hasOauth,
  capability,
  extra,
}) {
  // As root Dovecot uses its own system users; otherwise everything runs as whoever started it.
  const user = userNames();
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
instance_name = latchkey-lab-${imapsPort || imapPort}
log_path = /dev/stderr
auth_verbose = yes
protocols = imap
listen = 127.0.0.1
${certs ? `ssl = yes\nssl_cert = <${certs.certFile}\nssl_key = <${certs.keyFile}\nssl_min_protocol = TLSv1.2` : 'ssl = no'}
disable_plaintext_auth = no
auth_mechanisms = ${mechanisms.join(' ')}
# Remembering an answer would keep a revoked token alive.
auth_cache_size = 0
auth_failure_delay = 0
mail_location = maildir:${folder}/mail/%u/Maildir
mail_uid = ${user.mailUid}
mail_gid = ${user.mailGid}
first_valid_uid = 1
first_valid_gid = 1
mailbox_list_index = yes
mail_plugins = $mail_plugins zlib
default_login_user = ${user.login}
default_internal_user = ${user.internal}
default_internal_group = ${user.internalGroup}
default_vsz_limit = 512M
${hasOauth ? `passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = ${folder}/oauth2.conf\n}` : ''}
passdb {
  driver = passwd-file
  mechanisms = plain login scram-sha-1 scram-sha-256
  args = scheme=plain username_format=%u ${folder}/users
}
userdb {
  driver = static
  args = allow_all_users=yes uid=${user.mailUid} gid=${user.mailGid} home=${folder}/mail/%u
}
namespace inbox {
  inbox = yes
  separator = /
${SPECIAL_USE.map((name) => `  mailbox ${name} {\n    special_use = \\${name}\n    auto = subscribe\n  }`).join('\n')}
}
service anvil {
  chroot =
  # Each refused login would cost 2 to 15 s.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = ${imapsPort}
    ssl = yes
  }
}
protocol imap {
  mail_max_userip_connections = 50
  mail_plugins = $mail_plugins imap_zlib
  ${capability === undefined ? '' : `imap_capability = ${capability}`}
}
${extra}
`;
}

/**
 * How Dovecot asks the authorization server about a token; the login name must be the token's own.
 * @param {string} introspectionUrl with the user name and password inside
 * @returns {string}
 */
export function oauthConfig(introspectionUrl) {
  return `introspection_url = ${introspectionUrl}
introspection_mode = post
force_introspection = yes
username_attribute = username
username_format = %Lu
active_attribute = active
active_value = true
scope = imap
timeout_msecs = 5000
`;
}

/** Who owns the mail: nobody when root started Dovecot, else undefined (the files are ours anyway). */
export function mailOwner() {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
}

function userNames() {
  const owner = mailOwner();
  if (owner) {
    return {
      mailUid: owner.uid,
      mailGid: owner.gid,
      login: 'dovenull',
      internal: 'dovecot',
      internalGroup: 'dovecot',
    };
  }
  const { uid, gid, username } = userInfo();
  const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();
  return { mailUid: uid, mailGid: gid, login: username, internal: username, internalGroup: group };
}
