"""What schemathesis has done, from its report: cases by phase, and the links of the document that were
taken, with the answers. Fails unless the journey from sign-up to refresh was gone through.
"""

import json
import sys
from collections import Counter

JOURNEY = ["login", "answerCode", "refresh"]

cases, taken, journeys = Counter(), Counter(), 0
with open(sys.argv[1]) as report:
    for line in report:
        (kind, event), = json.loads(line).items()
        if kind != "ScenarioFinished":
            continue
        recorder = event["recorder"]
        cases[event["phase"]] += len(recorder.get("interactions", {}))
        # By the case's id: the links that led there.
        way = {}
        for id, case in recorder.get("cases", {}).items():
            link = case.get("transition")
            answer = recorder.get("interactions", {}).get(id, {}).get("response") or {}
            if not link or not case["is_transition_applied"]:
                continue
            source, name = link["id"].split(" -> [200] ")
            name = name.split(" -> ")[0]
            status = answer.get("status_code")
            taken[f"{source} -> {name}", status] += 1
            way[id] = way.get(link["parent_id"], []) + [name] if status == 200 else []
            journeys += way[id] == JOURNEY

print("requests:", ", ".join(f"{phase} {count}" for phase, count in cases.items()))
for (link, status), count in sorted(taken.items(), key=str):
    print(f"{count:5} {link} {status}")
print(f"{journeys:5} sign-up -> {' -> '.join(JOURNEY)}, each with 200")
sys.exit("stateful" in cases and journeys == 0)
