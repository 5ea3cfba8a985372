package io.reactivemqtt.store.r2dbc;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.store.common.Entry;
import io.reactivemqtt.store.common.RecoveryReader.Section;
import io.reactivemqtt.store.common.Row;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads pages of the rows of a Session. */
final class RecoveryPages {

    private static final int ROWS = 500;

    /** A page ends with the row that goes beyond so many bytes. */
    private static final int BYTES = 4 << 20;

    /** One row at least, so that the epoch is seen, even if it has no entry. */
    private static final String PAGE = """
            SELECT s.owner_epoch, e.key, e.place, e.packet_identifier, e.content FROM mqtt_session s LEFT JOIN LATERAL (
                SELECT * FROM (
                    SELECT *, sum(octet_length(content)) OVER (ORDER BY %1$s) - octet_length(content) AS before FROM (
                        SELECT * FROM mqtt_entry WHERE session = s.id AND kind = $2 AND %2$s ORDER BY %1$s LIMIT %3$d) page) sized
                    WHERE before < %4$d ORDER BY %1$s) e ON true
                WHERE s.id = $1""";

    private static final String BY_PLACE = PAGE.formatted(
            "place", "place > CASE WHEN $2 = 2 THEN greatest($3, s.incoming_from) ELSE $3 END", ROWS, BYTES);
    private static final String BY_KEY = PAGE.formatted("key", "key > $3 AND place IS NULL", ROWS, BYTES);

    private RecoveryPages() {}

    /**
     * Reads a page.
     *
     * @param session its number
     */
    static Mono<List<Entry>> page(Connection connection, long session, Section section, long after) {
        return page(connection, session, section, after, row -> {}).collectList();
    }

    /** As {@link #page(Connection, long, Section, long)}, while {@code epoch} is that of the Session. */
    static Mono<List<Entry>> page(
            Connection connection, long session, Section section, long after, long epoch, String clientIdentifier) {
        return page(connection, session, section, after, row -> {
                    if (Sql.number(row, 0) != epoch) {
                        throw new SessionTakenOverException(clientIdentifier);
                    }
                })
                .switchIfEmpty(Mono.error(() -> new SessionTakenOverException(clientIdentifier)))
                .collectList();
    }

    private interface Check {
        void row(Readable row);
    }

    private static Flux<Entry> page(Connection connection, long session, Section section, long after, Check check) {
        return Sql.read(
                connection,
                row -> {
                    check.row(row);
                    return row.get(1, Long.class) == null ? Entry.NONE : entry(section, row);
                },
                section.isByPlace() ? BY_PLACE : BY_KEY,
                session,
                section.kind(),
                after);
    }

    private static Entry entry(Section section, Readable row) {
        return new Entry(
                new Row(section.kind(), Sql.number(row, 1)),
                row.get(2, Long.class),
                Objects.requireNonNull(row.get(3, Integer.class)),
                Objects.requireNonNull(row.get(4, byte[].class)));
    }
}
