const KEYS = [
  ["1", ""],
  ["2", "abc"],
  ["3", "def"],
  ["4", "ghi"],
  ["5", "jkl"],
  ["6", "mno"],
  ["7", "pqrs"],
  ["8", "tuv"],
  ["9", "wxyz"],
  ["*", ""],
  ["0", "+"],
  ["#", ""],
] as const;

/** The twelve keys of a telephone. */
export function Keys({ onPress }: { onPress: (key: string) => void }) {
  return (
    <div class="keys" role="group" aria-label="Keys">
      {KEYS.map(([key, letters]) => (
        <button key={key} type="button" class="key" onClick={() => onPress(key)}>
          {key}
          <small aria-hidden="true">{letters}</small>
        </button>
      ))}
    </div>
  );
}
