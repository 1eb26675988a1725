-- The queries behind docs/grafana/gatehouse.json, for the SQL API of Workers Analytics Engine too:
--
--   curl -sS -H @token --data-binary @- \
--     "https://api.cloudflare.com/client/v4/accounts/$ACCOUNT/analytics_engine/sql"
--
-- Each has a line `-- name: ...`, which is its panel's title, and ends with a semicolon. In the dashboard the span is
-- $timeFilter, the step $interval seconds, and the datasets those of the environment that is chosen there; here a
-- day, five minutes and production's. Under load the platform keeps a sample of the points, and _sample_interval says
-- how many each stands for, so a count is its sum. What the columns are: docs/operating.md, "Data points". For
-- staging write gatehouse_staging_requests and gatehouse_staging_messages.

-- name: Requests by route
SELECT intDiv(toUInt32(timestamp), 300) * 300 * 1000 AS t, blob1 AS route, SUM(_sample_interval) / 300 AS a_second
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '1' DAY
GROUP BY t, route
ORDER BY t;

-- name: Share of calls that fail with 5xx
SELECT intDiv(toUInt32(timestamp), 300) * 300 * 1000 AS t,
       sumIf(_sample_interval, double1 >= 500) / SUM(_sample_interval) AS failing
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '1' DAY
GROUP BY t
ORDER BY t;

-- name: Failures by cause
SELECT double3 AS error_code, double1 AS status, blob1 AS route, SUM(_sample_interval) AS calls
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '1' DAY AND double1 >= 400
GROUP BY error_code, status, route
ORDER BY calls DESC
LIMIT 50;

-- name: Failures by version
SELECT intDiv(toUInt32(timestamp), 300) * 300 * 1000 AS t, blob5 AS version,
       sumIf(_sample_interval, double1 >= 500) / SUM(_sample_interval) AS failing
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '1' DAY
GROUP BY t, version
ORDER BY t;

-- name: Latency by route, 99 of 100 within ms
SELECT intDiv(toUInt32(timestamp), 300) * 300 * 1000 AS t, blob1 AS route,
       quantileExactWeighted(0.99)(double2, _sample_interval) AS ms
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '1' DAY
GROUP BY t, route
ORDER BY t;

-- name: Latency and storage by route
SELECT blob1 AS route, SUM(_sample_interval) AS calls,
       quantileExactWeighted(0.5)(double2, _sample_interval) AS half_ms,
       quantileExactWeighted(0.99)(double2, _sample_interval) AS p99_ms,
       SUM(double5 * _sample_interval) / SUM(_sample_interval) AS d1_ms,
       SUM(double4 * _sample_interval) / SUM(_sample_interval) AS d1_calls,
       SUM(double6 * _sample_interval) / SUM(_sample_interval) AS kv_calls
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '1' DAY
GROUP BY route
ORDER BY calls DESC;

-- name: Latency by location
SELECT blob4 AS colo, SUM(_sample_interval) AS calls, quantileExactWeighted(0.5)(double2, _sample_interval) AS half_ms,
       quantileExactWeighted(0.99)(double2, _sample_interval) AS p99_ms
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '1' DAY
GROUP BY colo
ORDER BY calls DESC
LIMIT 30;

-- name: Sign-ups
SELECT intDiv(toUInt32(timestamp), 300) * 300 * 1000 AS t, blob3 AS partner, SUM(_sample_interval) AS sign_ups
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '1' DAY AND blob1 = '/v1/user/sign-up' AND double1 = 200
GROUP BY t, partner
ORDER BY t;

-- name: Logins: share of passwords that are wrong
SELECT intDiv(toUInt32(timestamp), 300) * 300 * 1000 AS t, index1 AS client,
       sumIf(_sample_interval, double3 = 3004) / SUM(_sample_interval) AS refused
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '1' DAY AND blob1 = '/v1/user/login'
GROUP BY t, client
ORDER BY t;

-- name: Calls refused by a limit
SELECT intDiv(toUInt32(timestamp), 300) * 300 * 1000 AS t, index1 AS client, SUM(_sample_interval) AS calls
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '1' DAY AND double3 = 1009
GROUP BY t, client
ORDER BY t;

-- name: Messages by what became of them
SELECT intDiv(toUInt32(timestamp), 300) * 300 * 1000 AS t, blob1 AS outcome, SUM(_sample_interval) AS messages
FROM gatehouse_messages
WHERE timestamp > NOW() - INTERVAL '1' DAY AND blob1 != 'answered' AND blob2 != 'test'
GROUP BY t, outcome
ORDER BY t;

-- name: Conversion of codes by country
SELECT blob3 AS calling_code, sumIf(_sample_interval, blob1 IN ('taken', 'unclear')) AS sent,
       sumIf(_sample_interval, blob1 = 'answered') AS answered,
       sumIf(_sample_interval, blob1 = 'answered') / sumIf(_sample_interval, blob1 IN ('taken', 'unclear')) AS conversion
FROM gatehouse_messages
WHERE timestamp > NOW() - INTERVAL '1' DAY AND blob2 != 'test' AND blob4 IN ('SMS_MFA', 'RESET_PASSWORD')
GROUP BY calling_code
ORDER BY sent DESC
LIMIT 50;

-- name: Conversion of codes over time
SELECT intDiv(toUInt32(timestamp), 300) * 300 * 1000 AS t, blob4 AS purpose,
       sumIf(_sample_interval, blob1 = 'answered') / sumIf(_sample_interval, blob1 IN ('taken', 'unclear')) AS conversion
FROM gatehouse_messages
WHERE timestamp > NOW() - INTERVAL '1' DAY AND blob2 != 'test' AND blob4 IN ('SMS_MFA', 'RESET_PASSWORD')
GROUP BY t, purpose
ORDER BY t;

-- The prices are yours to fill in, in dollars a message; the last is of every other country.
-- name: SMS cost by country
SELECT blob3 AS calling_code, SUM(_sample_interval) AS messages,
       SUM(_sample_interval * if(blob3 = '1', 0.008, if(blob3 = '44', 0.04, if(blob3 = '49', 0.09, 0.1)))) AS dollars
FROM gatehouse_messages
WHERE timestamp > NOW() - INTERVAL '1' DAY AND blob1 IN ('taken', 'unclear') AND blob2 != 'test' AND blob5 != 'EMAIL'
GROUP BY calling_code
ORDER BY dollars DESC
LIMIT 50;

-- name: SMS cost by partner
SELECT index1 AS partner, SUM(_sample_interval) AS messages,
       SUM(_sample_interval * if(blob3 = '1', 0.008, if(blob3 = '44', 0.04, if(blob3 = '49', 0.09, 0.1)))) AS dollars
FROM gatehouse_messages
WHERE timestamp > NOW() - INTERVAL '1' DAY AND blob1 IN ('taken', 'unclear') AND blob2 != 'test' AND blob5 != 'EMAIL'
GROUP BY partner
ORDER BY dollars DESC
LIMIT 50;

-- The alarms of docs/operating.md. Each gives rows only while it should ring; the span is its own.

-- alarm: Calls fail
SELECT 'all' AS calls_of, sumIf(_sample_interval, double1 >= 500) / SUM(_sample_interval) AS failing, SUM(_sample_interval) AS calls
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '5' MINUTE
GROUP BY calls_of
HAVING failing > 0.01 AND calls > 100;

-- alarm: Answers are slow
SELECT blob1 AS route, quantileExactWeighted(0.99)(double2, _sample_interval) AS p99_ms, SUM(_sample_interval) AS calls
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '10' MINUTE AND blob1 IN ('/v1/user/me', '/v1/user/otp', '/v1/user/refresh', '/oauth2/introspect')
GROUP BY route
HAVING p99_ms > 2000 AND calls > 100;

-- alarm: Messages are not taken
SELECT blob2 AS provider, blob5 AS kind, sumIf(_sample_interval, blob1 IN ('not_taken', 'unclear')) / SUM(_sample_interval) AS lost,
       SUM(_sample_interval) AS messages
FROM gatehouse_messages
WHERE timestamp > NOW() - INTERVAL '10' MINUTE AND blob1 != 'answered' AND blob2 != 'test'
GROUP BY provider, kind
HAVING lost > 0.1 AND messages > 20;

-- alarm: Codes do not come back
SELECT blob3 AS calling_code, sumIf(_sample_interval, blob1 IN ('taken', 'unclear')) AS sent,
       sumIf(_sample_interval, blob1 = 'answered') AS answered
FROM gatehouse_messages
WHERE timestamp > NOW() - INTERVAL '1' HOUR AND blob2 != 'test' AND blob4 IN ('SMS_MFA', 'RESET_PASSWORD')
GROUP BY calling_code
HAVING sent > 50 AND answered < sent * 0.4;

-- alarm: Passwords are tried
SELECT index1 AS client, sumIf(_sample_interval, double3 = 3004) AS refused, SUM(_sample_interval) AS logins
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '10' MINUTE AND blob1 = '/v1/user/login'
GROUP BY client
HAVING refused > 200 AND refused > logins * 0.5;

-- alarm: A client is refused
SELECT blob1 AS route, SUM(_sample_interval) AS calls
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '5' MINUTE AND blob1 IN ('/oauth2/token', '/oauth2/introspect') AND double1 IN (401, 429)
GROUP BY route
HAVING calls > 20;

-- alarm: A limit is met
SELECT index1 AS client, sumIf(_sample_interval, double3 = 1009) AS refused, SUM(_sample_interval) AS calls
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '10' MINUTE
GROUP BY client
HAVING refused > 100 AND refused > calls * 0.05;

-- alarm: KYC events are refused
SELECT blob1 AS route, SUM(_sample_interval) AS events
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '10' MINUTE AND blob1 = '/v1/kyc/webhook' AND double1 >= 400
GROUP BY route
HAVING events > 10;
