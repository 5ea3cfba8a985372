-- Sessions of MQTT clients, version 1. R2dbcSessionStore runs this file where these tables are missing; whoever migrates by other means
-- may take it, and tell the store not to.

CREATE TABLE mqtt_session (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name_hash bytea NOT NULL UNIQUE, -- SHA-256 of the two names, which may be longer than an index takes
    namespace text NOT NULL,
    client_identifier text NOT NULL,
    owner_epoch bigint NOT NULL, -- one more for each owner: who has an earlier one writes nothing any more
    owner_since timestamptz NOT NULL,
    owner_name text NOT NULL -- where the owner runs, for people
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

-- Does to the rows of many Sessions what was appended to each; returns the Sessions that are still their owners', and leaves the others alone.
-- Contents lie one behind the other. One call is one transaction, which ends here even if the caller is stopped or gone: no lock outlives it.
-- Each statement sees what was committed before it (READ COMMITTED). The settings: a plan that was made while the table was small must not
-- read all of it when it is large.
CREATE FUNCTION mqtt_append(
    sessions bigint[], epochs bigint[], discarding bigint[],
    removed_sessions bigint[], removed_kinds smallint[], removed_keys bigint[],
    changed_sessions bigint[], changed_keys bigint[], changed_identifiers integer[], changed_places bigint[],
    put_sessions bigint[], put_kinds smallint[], put_keys bigint[], put_places bigint[], put_identifiers integer[],
    put_beginnings integer[], put_lengths integer[], contents bytea
) RETURNS SETOF bigint LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    mine bigint[];
    all_mine boolean;
BEGIN
    SELECT coalesce(array_agg(locked.id), '{}') INTO mine FROM (
        SELECT s.id FROM mqtt_session s JOIN unnest(sessions, epochs) AS o (id, epoch) ON s.id = o.id AND s.owner_epoch = o.epoch
            ORDER BY s.id FOR NO KEY UPDATE OF s) locked;
    all_mine := cardinality(mine) = cardinality(sessions);
    IF cardinality(discarding) > 0 THEN
        DELETE FROM mqtt_entry WHERE session = ANY (discarding) AND session = ANY (mine)
            AND (kind IN (1, 2, 4) OR (kind = 0 AND key = 2) OR (kind = 3 AND packet_identifier = 0));
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
                WHERE all_mine OR p.session = ANY (mine)
            ON CONFLICT (session, kind, key) DO UPDATE SET
                packet_identifier = excluded.packet_identifier, content = excluded.content,
                place = CASE WHEN e.kind = 4 OR (e.kind < 3 AND excluded.packet_identifier = 1) THEN excluded.place ELSE e.place END;
    END IF;
    RETURN QUERY SELECT unnest(mine);
END $$;

-- Deletes a Session; who owned it writes nothing any more.
CREATE FUNCTION mqtt_delete(hash bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    deleted mqtt_session;
BEGIN
    DELETE FROM mqtt_session WHERE name_hash = hash RETURNING * INTO deleted; -- waits for an append that is under way
    DELETE FROM mqtt_entry WHERE session = deleted.id; -- so it sees what that has written
    PERFORM pg_notify('mqtt_session', deleted.id || ' ' || (deleted.owner_epoch + 1));
END $$;

CREATE TABLE mqtt_schema (
    version integer NOT NULL
);

INSERT INTO mqtt_schema (version) VALUES (1);
