/** Numbers and times as text. */
export function number(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return "–";
  }
  if (!Number.isFinite(value)) {
    return String(value);
  }
  if (Number.isInteger(value)) {
    return value.toLocaleString("en-US");
  }
  return Number(value.toPrecision(digits)).toLocaleString("en-US", {maximumFractionDigits: 6});
}

export function rate(value) {
  return value === null || value === undefined ? "–"
      : `${number(value >= 100 ? Math.round(value) : value, 3)}/s`;
}

export function percent(value) {
  return value === null || value === undefined ? "–" : `${(100 * value).toFixed(2)} %`;
}

export function bytes(value) {
  if (value === null || value === undefined || value < 0) {
    return "–";
  }
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${number(value, 3)} ${units[unit]}`;
}

export function duration(millis) {
  if (millis === null || millis === undefined) {
    return "–";
  }
  const seconds = Math.max(0, millis) / 1000;
  if (seconds < 1) {
    return `${Math.round(millis)} ms`;
  }
  if (seconds < 120) {
    return `${number(seconds, 3)} s`;
  }
  if (seconds < 7200) {
    return `${Math.round(seconds / 60)} min`;
  }
  return seconds < 172800 ? `${number(seconds / 3600, 3)} h` : `${number(seconds / 86400, 3)} d`;
}

/** How long ago, without more precision than a reader needs. */
export function ago(millis) {
  return millis < 6000 ? "just now" : `${duration(Math.floor(millis / 1000) * 1000)} ago`;
}

export function clock(millis) {
  return new Date(millis).toLocaleTimeString("en-GB");
}

export function milliseconds(value) {
  return value === null || value === undefined ? "–" : `${number(value, 3)} ms`;
}

/** The offset ranges of a version, as partition: begin–end. */
export function ranges(version) {
  return version.ranges.map(range => `${range.partition}: ${range.begin}${range.beginSample ? `+${range.beginSample}` : ""}`
      + `–${range.end}${range.endSample ? `+${range.endSample}` : ""}`).join(", ");
}
