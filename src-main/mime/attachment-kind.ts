/** What a file is by its bytes and its name: how it can be looked at, and whether it is a program. What its sender calls it counts last. */
import type { Attachment } from '../../src-shared/model/message.ts';
import { imageTypeOf } from '../../src-shared/picture/image-type.ts';
import { isTnef } from './tnef.ts';

/**
 * Extensions that some system runs, installs, mounts, or follows to what it then runs; after Outlook's and Gmail's lists of what they
 * block, and what desktops of Linux and macOS open by starting it.
 */
const PROGRAMS = new Set(
  (
    'ade adp apk app appcontent-ms application appimage appinstaller applescript appref-ms appx appxbundle asp aspx asx bas bash bat ' +
    'bgi bin cab cer chm class cmd cnt com command cpl crt csh deb der desktop diagcab dll dmg docm dotm dylib ear elf exe fxp gadget grp ' +
    'hlp hpj hta htc img inf ins iso isp its jar jnlp js jse ksh kts library-ms lnk lua mad maf mag mam maq mar mas mat mau mav ' +
    'maw mcf mda mdb mde mdt mdw mdz mobileconfig mpkg msc msh msh1 msh2 mshxml msi msix msixbundle msp mst msu nsh ops osd ova ' +
    'ovf pcd pif pkg pl plg potm ppam ppsm pptm prf prg printerexport ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 psm1 py pyc pyo ' +
    'pyw pyz rb reg rpm run scf scpt scptd scr sct search-ms settingcontent-ms sh shar shb shs sldm snap so swf sys ' +
    'terminal theme themepack tool udl url vb vbe vbp vbs vhd vhdx vmdk vsmacros vsw vxd webarchive webloc webpnp website workflow ws ' +
    'wsc wsf wsh xap xbap xlam xll xlsb xlsm xltm xnk xpi zsh'
  ).split(' '),
);

/** Whether opening the file could run something. */
export function isProgramFile(filename: string, content: Uint8Array): boolean {
  const extension = /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase();
  return (extension !== undefined && PROGRAMS.has(extension)) || hasProgramMagic(content);
}

function hasProgramMagic(content: Uint8Array): boolean {
  const first = Buffer.from(content.subarray(0, 64)).toString('latin1');
  if (first.startsWith('#!') || first.startsWith('\x7fELF')) return true;
  // DOS and Windows: the place of the newer header is in it; a text that begins with these letters has none.
  if (first.startsWith('MZ') && content.length >= 64 && content.subarray(0, 64).includes(0)) return true;
  // Mach-O in both orders of bytes; CAFEBABE is Java too.
  if (/^(?:\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe)/.test(first)) return true;
  // A shortcut of Windows (MS-SHLLINK §2.1), and one of a desktop or to a link.
  if (first.startsWith('L\0\0\0\x01\x14\x02\0')) return true;
  return /^\s*\[(?:Desktop Entry|InternetShortcut)\]/i.test(first.replace(/^\xef\xbb\xbf/, ''));
}

/**
 * How it can be looked at here; undefined: not. A file whose content is on the server still is taken for what it is called: its bytes are
 * looked at before it is shown.
 */
export function previewKindOf(contentType: string, content: Uint8Array): Attachment['preview'] {
  if (isMessageType(contentType)) {
    return contentType !== TNEF_MESSAGE || isTnef(content) ? 'message' : undefined;
  }
  if (content.length === 0) return kindByType(contentType);
  if (imageTypeOf(content) !== undefined) return 'picture';
  if (isPdf(content)) return 'pdf';
  return isTextType(contentType) ? 'text' : undefined;
}

/** Whether it is opened as mail: a message, one in UTF-8 (RFC 6532), or one that Outlook wrapped into another. */
export function isMessageType(contentType: string): boolean {
  return contentType === 'message/rfc822' || contentType === 'message/global' || contentType === TNEF_MESSAGE;
}

/** What Outlook calls a message in its own form; a wrapped one is opened as mail, the wrapping itself is taken off. */
export const TNEF_MESSAGE = 'application/vnd.ms-tnef';

function kindByType(contentType: string): Attachment['preview'] {
  if (/^image\/(?:png|jpe?g|gif|webp)$/.test(contentType)) return 'picture';
  if (contentType === 'application/pdf') return 'pdf';
  return isTextType(contentType) ? 'text' : undefined;
}

/** HTML is not shown as text: it is meant to be seen otherwise, and is not shown otherwise either. */
export function isTextType(contentType: string): boolean {
  return /^text\/(?!html$)/.test(contentType) || contentType === 'message/delivery-status';
}

/** Readers take a PDF whose mark stands somewhere in its beginning; one that does not begin with it is none here. */
export function isPdf(content: Uint8Array): boolean {
  return Buffer.from(content.subarray(0, 5)).toString('latin1') === '%PDF-';
}
