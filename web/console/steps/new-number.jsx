import { Card, Facts, useWork } from "../card.jsx";
import { ChangeNumber, shownTime } from "../number.jsx";
import { Told } from "../told.jsx";

export function NewNumber(props) {
  const { known, learn, outbox } = props;
  const { session, moved } = known;
  const work = useWork();
  return (
    <Card {...props} work={work}
      about="Both numbers are proven, in any order: the right code of the second one changes it. So neither the password and a session are enough, nor the old phone."
      result={moved && <Facts of={[
        ["Number", moved.now],
        ["Hold until", shownTime(moved.holdUntil)],
        ["Told", <Told to={moved.former} asked={moved.asked} {...{ outbox, learn }} />],
      ]} />}>
      {session && !moved && <ChangeNumber {...{ known, learn, outbox, work }} onChanged={(change) => learn({ moved: change })} />}
    </Card>
  );
}
