package io.reactivemqtt.store.r2dbc;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import io.reactivemqtt.store.common.Effects.Change;
import io.reactivemqtt.store.common.Effects.Effect;
import io.reactivemqtt.store.common.Effects.Put;
import io.reactivemqtt.store.common.Effects.Remove;
import io.reactivemqtt.store.common.Row;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What many Sessions append, as the arrays of one call of {@code mqtt_append}. */
final class AppendStatement {

    private static final String APPEND =
            "SELECT mqtt_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";

    private static final class Removed {
        final List<Long> sessions = new ArrayList<>();
        final List<Short> kinds = new ArrayList<>();
        final List<Long> keys = new ArrayList<>();
    }

    private static final class Changed {
        final List<Long> sessions = new ArrayList<>();
        final List<Long> keys = new ArrayList<>();
        final List<@Nullable Integer> packetIdentifiers = new ArrayList<>();
        final List<@Nullable Long> places = new ArrayList<>();
    }

    private static final class Stored {
        final List<Long> sessions = new ArrayList<>();
        final List<Short> kinds = new ArrayList<>();
        final List<Long> keys = new ArrayList<>();
        final List<@Nullable Long> places = new ArrayList<>();
        final List<Integer> packetIdentifiers = new ArrayList<>();
        final List<Integer> beginnings = new ArrayList<>();
        final List<Integer> lengths = new ArrayList<>();
        final ByteArrayOutputStream contents = new ByteArrayOutputStream();
    }

    private final List<Long> sessions = new ArrayList<>();
    private final List<Long> epochs = new ArrayList<>();
    private final List<Long> discarding = new ArrayList<>();
    private final List<Long> beginning = new ArrayList<>();
    private final List<Long> incomingFrom = new ArrayList<>();
    private final List<Long> taking = new ArrayList<>();
    private final List<Long> taken = new ArrayList<>();
    private final Removed removed = new Removed();
    private final Changed changed = new Changed();
    private final Stored stored = new Stored();

    private AppendStatement() {}

    static Statement of(List<Append> group, Connection connection) {
        AppendStatement arrays = new AppendStatement();
        group.forEach(arrays::add);
        return arrays.bindTo(connection.createStatement(APPEND));
    }

    private void add(Append append) {
        sessions.add(append.session());
        epochs.add(append.epoch());
        if (append.effects().discards()) {
            discarding.add(append.session());
        }
        Long place = append.effects().incomingFrom();
        if (place != null) {
            beginning.add(append.session());
            incomingFrom.add(place);
        }
        for (Long number : append.effects().takenFromOutbox()) {
            taking.add(append.session());
            taken.add(number);
        }
        append.effects().byRow().forEach((row, effect) -> add(append.session(), row, effect));
    }

    private void add(long session, Row row, Effect effect) {
        if (effect instanceof Remove) {
            removed.sessions.add(session);
            removed.kinds.add(row.kind());
            removed.keys.add(row.key());
        } else if (effect instanceof Change change) {
            changed.sessions.add(session);
            changed.keys.add(row.key());
            changed.packetIdentifiers.add(change.packetIdentifier());
            changed.places.add(change.place());
        } else if (effect instanceof Put put) {
            boolean showsNewPlace = put.isAnew() && row.kind() < Row.RECEIPT;
            stored.sessions.add(session);
            stored.kinds.add(row.kind());
            stored.keys.add(row.key());
            stored.places.add(put.place());
            stored.packetIdentifiers.add(showsNewPlace ? 1 : put.packetIdentifier());
            stored.beginnings.add(stored.contents.size() + 1); // SQL counts from 1
            stored.lengths.add(put.content().length);
            stored.contents.writeBytes(put.content());
        }
    }

    private Statement bindTo(Statement statement) {
        return statement
                .bind(0, longs(sessions))
                .bind(1, longs(epochs))
                .bind(2, longs(discarding))
                .bind(3, longs(removed.sessions))
                .bind(4, shorts(removed.kinds))
                .bind(5, longs(removed.keys))
                .bind(6, longs(changed.sessions))
                .bind(7, longs(changed.keys))
                .bind(8, integers(changed.packetIdentifiers))
                .bind(9, longs(changed.places))
                .bind(10, longs(stored.sessions))
                .bind(11, shorts(stored.kinds))
                .bind(12, longs(stored.keys))
                .bind(13, longs(stored.places))
                .bind(14, integers(stored.packetIdentifiers))
                .bind(15, integers(stored.beginnings))
                .bind(16, integers(stored.lengths))
                .bind(17, stored.contents.toByteArray())
                .bind(18, longs(beginning))
                .bind(19, longs(incomingFrom))
                .bind(20, longs(taking))
                .bind(21, longs(taken));
    }

    private static @Nullable Long[] longs(List<? extends @Nullable Long> values) {
        return values.toArray(new @Nullable Long[0]);
    }

    private static @Nullable Integer[] integers(List<? extends @Nullable Integer> values) {
        return values.toArray(new @Nullable Integer[0]);
    }

    private static Short[] shorts(List<Short> values) {
        return values.toArray(new Short[0]);
    }
}
