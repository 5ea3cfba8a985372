CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    client_identifier TEXT NOT NULL UNIQUE,
    owner INTEGER, -- who may write: a random number, new each time the session is opened; NULL: nobody
    sequences_reserved INTEGER,
    connection_begun INTEGER, -- 1: ConnectionBegun; 0: ConnectionEnded, then the next two say how; NULL: neither
    ended_at_millis INTEGER,
    session_expiry_interval_seconds INTEGER
) STRICT;

CREATE TABLE subscription (
    session INTEGER NOT NULL,
    topic_filter TEXT NOT NULL,
    position INTEGER NOT NULL,
    qos INTEGER NOT NULL,
    no_local INTEGER NOT NULL,
    retain_as_published INTEGER NOT NULL,
    retain_handling INTEGER NOT NULL,
    subscription_identifier INTEGER NOT NULL,
    PRIMARY KEY (session, topic_filter)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX subscription_in_order ON subscription (session, position);

CREATE TABLE incoming (
    session INTEGER NOT NULL,
    packet_identifier INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (session, packet_identifier)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX incoming_in_order ON incoming (session, position);

CREATE TABLE outgoing (
    session INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    packet_identifier INTEGER, -- NULL: it waits
    release_order INTEGER, -- NULL: not released
    accepted_at_millis INTEGER NOT NULL,
    message BLOB NOT NULL, -- a PUBLISH of MQTT 5.0
    PRIMARY KEY (session, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX outgoing_released ON outgoing (session, release_order)
    WHERE release_order IS NOT NULL;

CREATE TABLE set_aside (
    number INTEGER PRIMARY KEY,
    client_identifier TEXT NOT NULL,
    entry TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_millis INTEGER NOT NULL,
    content BLOB
) STRICT;
