/** A mounted file system. */
export interface Mount {
  readonly device: string;
  readonly mountpoint: string;
  readonly fstype: string;
  readonly isReadOnly: boolean;
}

// What the kernel shows as files and keeps nowhere.
const virtual = new Set(
  `autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fusectl hugetlbfs mqueue nsfs
  proc pstore ramfs rpc_pipefs securityfs selinuxfs sysfs tracefs`.split(/\s+/),
);

/** The mounts that hold files, from a text such as `/proc/self/mounts`; of several at one place the last. */
export function parseMounts(text: string): Mount[] {
  const mounts = text
    .split('\n')
    .map((line) => line.split(' '))
    .filter((words) => words.length >= 4 && !virtual.has(words[2]))
    .map(([device, mountpoint, fstype, options]) => ({
      device: unescaped(device),
      mountpoint: unescaped(mountpoint),
      fstype,
      isReadOnly: options.split(',').includes('ro'),
    }));
  return [...new Map(mounts.map((mount) => [mount.mountpoint, mount])).values()];
}

// Blanks and backslashes stand as three octal digits.
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
