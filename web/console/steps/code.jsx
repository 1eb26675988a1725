import { Card, Facts, useWork } from "../card.jsx";
import { Challenge } from "../challenge.jsx";

/** What is known once somebody has logged in. */
export const openedBy = (session) => ({ session, opened: true, challenge: null, sessions: null });

export function Code(props) {
  const { known, learn, outbox } = props;
  const { challenge, session, opened } = known;
  const work = useWork();
  return (
    <Card {...props} work={work}
      about="The second factor. Three tries and five minutes; a new login gives back neither tries nor time of the old one."
      result={opened && !challenge && session && <Facts of={[
        ["Logged in as", session.username],
        ["Access token", `for ${session.expiresIn} seconds`],
        ["Refresh token", "for the next one"],
      ]} />}>
      {challenge && <Challenge key={challenge.sessionId} {...{ challenge, work, outbox, learn }}
        onRight={(data) => learn(openedBy(data))}
        onAgain={() => learn({ challenge: null })} againLabel="Back to the password" />}
    </Card>
  );
}
