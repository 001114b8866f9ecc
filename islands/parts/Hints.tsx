import { CheckNetwork } from "./CheckNetwork.tsx";
import { Notice } from "./Notice.tsx";

/** What hinders the calls of an idle phone, and how to find out more. */
export function Hints() {
  return (
    <>
      <Notice />
      <CheckNetwork />
    </>
  );
}
