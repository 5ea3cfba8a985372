package io.reactivemqtt.store.sqlite;

import java.util.List;
import java.util.stream.Stream;

/**
 * The tables, version 4: version 3 had no receipts, version 2 no namespaces, version 1 no checksums either. Rows are found by session and key alone,
 * so that no read needs to sort.
 */
final class Schema {

    /** "MQTT": tells files of this store from other SQLite files. */
    static final int APPLICATION_ID = 0x4D51_5454;

    /** Written into each file; a file of a higher one is left alone. */
    static final int VERSION = 4;

    private static final String SET_ASIDE = """
            CREATE TABLE set_aside (
                number INTEGER PRIMARY KEY,
                namespace TEXT NOT NULL,
                client_identifier TEXT NOT NULL,
                entry TEXT NOT NULL,
                reason TEXT NOT NULL,
                at_millis INTEGER NOT NULL,
                content BLOB
            ) STRICT""";

    /** New in version 4. */
    static final String RECEIPT = """
            CREATE TABLE receipt (
                session INTEGER NOT NULL,
                sequence INTEGER NOT NULL,
                kept INTEGER NOT NULL, -- 1: ReceiptKept, which outlives the session; 0: ReceiptWanted
                content BLOB NOT NULL, -- its stored form, then 4 bytes: a checksum over the key too
                PRIMARY KEY (session, sequence)
            ) STRICT, WITHOUT ROWID""";

    // WITHOUT ROWID: one tree for each table instead of two. STRICT: a column has the type that it says.
    static final List<String> OF_VERSION_3 = List.of(
            """
            CREATE TABLE session (
                id INTEGER PRIMARY KEY,
                namespace TEXT NOT NULL,
                client_identifier TEXT NOT NULL,
                owner INTEGER, -- who may write: a random number, new each time the session is opened; NULL: nobody
                sequences_reserved INTEGER,
                connection_begun INTEGER, -- 1: ConnectionBegun; 0: ConnectionEnded, then the next two say how; NULL: neither
                ended_at_millis INTEGER,
                session_expiry_interval_seconds INTEGER,
                name_checksum INTEGER NOT NULL, -- of namespace and Client Identifier; all are of Checksums
                reserved_checksum INTEGER, -- NULL where sequences_reserved is
                connection_checksum INTEGER, -- NULL where connection_begun is
                UNIQUE (namespace, client_identifier)
            ) STRICT""",
            """
            CREATE TABLE subscription (
                session INTEGER NOT NULL,
                topic_filter TEXT NOT NULL,
                position INTEGER NOT NULL,
                qos INTEGER NOT NULL,
                no_local INTEGER NOT NULL,
                retain_as_published INTEGER NOT NULL,
                retain_handling INTEGER NOT NULL,
                subscription_identifier INTEGER NOT NULL,
                checksum INTEGER NOT NULL, -- not of the position, which an index confirms
                PRIMARY KEY (session, topic_filter)
            ) STRICT, WITHOUT ROWID""",
            "CREATE UNIQUE INDEX subscription_in_order ON subscription (session, position)",
            """
            CREATE TABLE incoming (
                session INTEGER NOT NULL,
                packet_identifier INTEGER NOT NULL,
                position INTEGER NOT NULL,
                checksum INTEGER NOT NULL,
                PRIMARY KEY (session, packet_identifier)
            ) STRICT, WITHOUT ROWID""",
            "CREATE UNIQUE INDEX incoming_in_order ON incoming (session, position)",
            """
            CREATE TABLE outgoing (
                session INTEGER NOT NULL,
                sequence INTEGER NOT NULL,
                packet_identifier INTEGER, -- and a check of it above its 16 bits; NULL: it waits
                release_order INTEGER, -- NULL: not released
                accepted_at_millis INTEGER NOT NULL,
                released_checksum INTEGER, -- NULL where release_order is
                message BLOB NOT NULL, -- a PUBLISH of MQTT 5.0, then 4 bytes: the checksum of what never changes
                PRIMARY KEY (session, sequence)
            ) STRICT, WITHOUT ROWID""",
            """
            CREATE INDEX outgoing_released ON outgoing (session, release_order)
                WHERE release_order IS NOT NULL""",
            SET_ASIDE);

    static final List<String> STATEMENTS =
            Stream.concat(OF_VERSION_3.stream(), Stream.of(RECEIPT)).toList();

    /** The tables whose rows have checksums since version 2. */
    static final List<String> CHECKED = List.of("session", "subscription", "incoming", "outgoing");

    static final int NAMED_SINCE = 3;

    /** The tables that have a namespace since version {@link #NAMED_SINCE}. */
    static final List<String> NAMED = List.of("session", "set_aside");

    private Schema() {}
}
