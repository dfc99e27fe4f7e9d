// Milliseconds as people and addresses write them.

export function clock(ms) {
  const seconds = Math.floor(Math.max(ms, 0) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

// `?t=` of an address: exact, with a point.
export function moment(ms) {
  return `?t=${ms / 1000}`;
}
