import { hueOf, initials } from "../people.ts";

/** The initials of a party in their own colour, where there is no picture of them. */
export function Avatar({ name, number }: { name: string; number: string }) {
  return <span class={`avatar hue-${hueOf(number)}`} aria-hidden="true">{initials(name)}</span>;
}
