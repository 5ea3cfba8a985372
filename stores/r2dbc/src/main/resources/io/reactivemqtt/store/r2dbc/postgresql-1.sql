-- Sessions of MQTT clients, version 1. R2dbcSessionStore runs this file where these tables are missing; whoever migrates by other means
-- may take it, and tell the store not to.

CREATE TABLE mqtt_session (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name_hash bytea NOT NULL UNIQUE, -- SHA-256 of the two names, which may be longer than an index takes
    namespace text NOT NULL,
    client_identifier text NOT NULL,
    owner_epoch bigint NOT NULL, -- one more for each owner: who has an earlier one writes nothing any more
    owner_since timestamptz NOT NULL,
    owner_name text NOT NULL, -- where the owner runs, for people
    owner_token uuid NOT NULL, -- of the owner, however often it has opened the Session again after a failure
    incoming_from bigint NOT NULL DEFAULT 0 -- received messages at an earlier place are of a Session that the Server has lost
);

CREATE TABLE mqtt_entry (
    session bigint NOT NULL,
    kind smallint NOT NULL, -- 0 of the Session itself, 1 subscription, 2 received message, 3 receipt, 4 message to send
    key bigint NOT NULL, -- sequence, Packet Identifier, or the first 8 bytes of the SHA-256 of a Topic Filter
    place bigint, -- of subscriptions and received messages: their order; of a message to send: the order of release, or null
    packet_identifier integer NOT NULL, -- 0: none; of a receipt: 1 if it outlives the Session; of others: 1 if it took a new place
    content bytea NOT NULL, -- the change in its stored form, with a checksum
    PRIMARY KEY (session, kind, key)
);

CREATE UNIQUE INDEX mqtt_entry_in_order ON mqtt_entry (session, kind, place) WHERE place IS NOT NULL;

CREATE TABLE mqtt_set_aside (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace text NOT NULL,
    client_identifier text NOT NULL,
    kind smallint NOT NULL,
    key bigint NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL,
    content bytea NOT NULL
);

CREATE TABLE mqtt_outbox ( -- messages of the application's own transactions, until the Session has them
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name_hash bytea NOT NULL, -- of the Session, which need not be there yet
    namespace text NOT NULL,
    client_identifier text NOT NULL,
    reference text, -- the application's own word for the message
    at timestamptz NOT NULL,
    content bytea NOT NULL -- the message in its stored form, with a checksum
);

CREATE INDEX mqtt_outbox_in_order ON mqtt_outbox (name_hash, number);

CREATE TABLE mqtt_lease ( -- who is to open a Session, where several processes could; no fence: that is the epoch
    name_hash bytea PRIMARY KEY,
    namespace text NOT NULL,
    client_identifier text NOT NULL,
    holder text NOT NULL,
    until timestamptz NOT NULL
);

-- Does to the rows of many Sessions what was appended to each; returns the Sessions that are still their owners', and leaves the others alone.
-- Contents lie one behind the other. One call is one transaction, which ends here even if the caller is stopped or gone: no lock outlives it.
-- It waits for the transaction of a handler that has marked the same message, but not for long: then the caller tries each Session alone.
-- Each statement sees what was committed before it (READ COMMITTED). The settings: a plan that was made while the table was small must not
-- read all of it when it is large.
CREATE FUNCTION mqtt_append(
    sessions bigint[], epochs bigint[], discarding bigint[],
    removed_sessions bigint[], removed_kinds smallint[], removed_keys bigint[],
    changed_sessions bigint[], changed_keys bigint[], changed_identifiers integer[], changed_places bigint[],
    put_sessions bigint[], put_kinds smallint[], put_keys bigint[], put_places bigint[], put_identifiers integer[],
    put_beginnings integer[], put_lengths integer[], contents bytea,
    beginning bigint[], beginning_at bigint[], taking bigint[], taken bigint[]
) RETURNS SETOF bigint LANGUAGE plpgsql SET lock_timeout = '5s' SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    mine bigint[];
    all_mine boolean;
    gone bigint;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'the default isolation of this database or user has to be READ COMMITTED for the Sessions of MQTT clients';
    END IF;
    SELECT coalesce(array_agg(locked.id), '{}') INTO mine FROM (
        SELECT s.id FROM mqtt_session s JOIN unnest(sessions, epochs) AS o (id, epoch) ON s.id = o.id AND s.owner_epoch = o.epoch
            ORDER BY s.id FOR NO KEY UPDATE OF s) locked;
    all_mine := cardinality(mine) = cardinality(sessions);
    IF cardinality(discarding) > 0 THEN
        DELETE FROM mqtt_entry WHERE session = ANY (discarding) AND session = ANY (mine)
            AND (kind IN (1, 2, 4) OR (kind = 0 AND key = 2) OR (kind = 3 AND packet_identifier = 0));
    END IF;
    IF cardinality(beginning) > 0 THEN
        UPDATE mqtt_session s SET incoming_from = b.place FROM unnest(beginning, beginning_at) AS b (session, place)
            WHERE s.id = b.session AND b.session = ANY (mine);
    END IF;
    IF cardinality(taken) > 0 THEN
        DELETE FROM mqtt_outbox o USING unnest(taking, taken) AS t (session, number)
            WHERE t.session = ANY (mine) AND o.number = t.number;
        GET DIAGNOSTICS gone = ROW_COUNT;
        IF gone <> (SELECT count(*) FROM unnest(taking) AS t (session) WHERE t.session = ANY (mine)) THEN
            RAISE EXCEPTION 'a message that is taken from the outbox is not there any more'; -- so it must not be sent
        END IF;
    END IF;
    IF cardinality(removed_keys) > 0 THEN
        DELETE FROM mqtt_entry e USING unnest(removed_sessions, removed_kinds, removed_keys) AS r (session, kind, key)
            WHERE (all_mine OR r.session = ANY (mine)) AND e.session = r.session AND e.kind = r.kind AND e.key = r.key;
    END IF;
    IF cardinality(changed_keys) > 0 THEN
        UPDATE mqtt_entry e SET packet_identifier = coalesce(c.packet_identifier, e.packet_identifier), place = c.place
            FROM unnest(changed_sessions, changed_keys, changed_identifiers, changed_places)
                AS c (session, key, packet_identifier, place)
            WHERE (all_mine OR c.session = ANY (mine)) AND e.session = c.session AND e.kind = 4 AND e.key = c.key AND e.place IS NULL;
    END IF;
    IF cardinality(put_keys) > 0 THEN
        INSERT INTO mqtt_entry AS e (session, kind, key, place, packet_identifier, content)
            SELECT p.session, p.kind, p.key, p.place, p.packet_identifier, substr(contents, p.beginning, p.length)
                FROM unnest(put_sessions, put_kinds, put_keys, put_places, put_identifiers, put_beginnings, put_lengths)
                    AS p (session, kind, key, place, packet_identifier, beginning, length)
                WHERE all_mine OR p.session = ANY (mine) ORDER BY p.session, p.kind, p.key -- as mqtt_process, or they could wait for each other
            ON CONFLICT (session, kind, key) DO UPDATE SET
                packet_identifier = excluded.packet_identifier, content = excluded.content,
                place = CASE
                    WHEN e.kind = 4 OR (e.kind < 3 AND excluded.packet_identifier = 1) THEN excluded.place
                    WHEN e.kind = 2 THEN greatest(e.place, (SELECT excluded.place FROM mqtt_session s
                        WHERE s.id = e.session AND e.place < s.incoming_from))
                    ELSE e.place END;
    END IF;
    RETURN QUERY SELECT unnest(mine);
END $$;

-- Begins, in the transaction of a handler, to process messages of a Session: marks those that are received at QoS 2 and not marked yet, and
-- returns their Packet Identifiers; null if the caller is not the owner. Who marks one that another transaction has just marked waits for
-- its end. One that sits idle for so long is ended by the database, so that a stopped process holds nobody up for longer.
CREATE FUNCTION mqtt_process(
    owned bigint, epoch bigint, at_most_idle_millis integer, identifiers bigint[], places bigint[], contents bytea
) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    present_from bigint;
    marked bigint[];
    length integer := octet_length(contents) / greatest(cardinality(identifiers), 1);
BEGIN
    PERFORM set_config('idle_in_transaction_session_timeout', at_most_idle_millis::text, true);
    SELECT incoming_from INTO present_from FROM mqtt_session WHERE id = owned AND owner_epoch = epoch FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF places[1] < present_from THEN
        RETURN identifiers; -- the Server has lost their Session: they come no more, and their identifiers are others'
    END IF;
    WITH mark AS (
        INSERT INTO mqtt_entry AS e (session, kind, key, place, packet_identifier, content)
            SELECT owned, 2, m.key, m.place, 0, substr(contents, (m.number - 1)::integer * length + 1, length)
                FROM unnest(identifiers, places) WITH ORDINALITY AS m (key, place, number) ORDER BY m.key
            ON CONFLICT (session, kind, key) DO UPDATE SET place = excluded.place, content = excluded.content
                WHERE e.place < present_from
            RETURNING key)
        SELECT coalesce(array_agg(key), '{}') INTO marked FROM mark;
    RETURN marked;
END $$;

-- Deletes a Session; who owned it writes nothing any more.
CREATE FUNCTION mqtt_delete(hash bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    deleted mqtt_session;
BEGIN
    DELETE FROM mqtt_session WHERE name_hash = hash RETURNING * INTO deleted; -- waits for an append that is under way
    DELETE FROM mqtt_entry WHERE session = deleted.id; -- so it sees what that has written
    DELETE FROM mqtt_outbox WHERE name_hash = hash;
    DELETE FROM mqtt_lease WHERE name_hash = hash;
    PERFORM pg_notify('mqtt_session', deleted.id || ' ' || (deleted.owner_epoch + 1));
END $$;

CREATE TABLE mqtt_schema (
    version integer NOT NULL
);

INSERT INTO mqtt_schema (version) VALUES (1);
