// What is in a drop: files, and folders with all that is in them.

const NAMES = /\.(aac|aiff?|amr|asf|avi|caf|flac|m4a|m4b|m4v|mka|mkv|mov|mp2|mp3|mp4|mpe?g|mts|oga|ogg|ogv|opus|ts|wav|webm|wma|wmv|3gp)$/i;

export function recordings(files) {
  return files.filter((file) => /^(audio|video)\//.test(file.type) || NAMES.test(file.name)).filter((file) => !file.name.startsWith("."));
}

// { files, isFolder } of a drop. To be called while the event is being handled: afterwards its items are gone.
export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return { files: [...transfer.files], isFolder: false };
  const found = await Promise.all(entries.map(filesOf));
  return { files: found.flat(), isFolder: true };
}

async function filesOf(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  // It gives a hundred at a time, and none at the end.
  for (let part = await read(reader); part.length; part = await read(reader)) found.push(...part);
  found.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  return (await Promise.all(found.map(filesOf))).flat();
}

function read(reader) {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}
