package io.reactivemqtt.store.redis;

import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.common.Entry;
import io.reactivemqtt.store.common.RecoveryReader;
import io.reactivemqtt.store.common.RecoveryReader.Section;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Reads pages of the entries of a Session, each as it stands at one moment.
 *
 * @param token of the owner, or empty for whoever only looks
 */
record RecoveryPages(Connection connection, SessionKey key, Keys keys, String token) implements RecoveryReader.Pages {

    private static final byte[] ROWS = Keys.bytes("500");

    /** A page ends with the entry that goes beyond so many bytes. */
    private static final byte[] BYTES = Keys.bytes("" + (4 << 20));

    private static final long TAKEN_OVER = 0;
    private static final long INCOMPLETE = 2;
    private static final int PARTS = 3;

    @Override
    public Mono<List<Entry>> page(Section section, long after) {
        return connection
                .<List<Object>>once(link -> link.run(
                        Script.PAGE,
                        keys.forReading(),
                        Keys.bytes(token),
                        Rows.behind(section, after),
                        Rows.endOf(section),
                        ROWS,
                        BYTES))
                .map(this::entries);
    }

    private List<Entry> entries(List<Object> page) {
        long result = (Long) page.get(0);
        if (result == TAKEN_OVER) {
            throw new SessionTakenOverException(key.clientIdentifier());
        } else if (result == INCOMPLETE) {
            throw new StoreException(
                    "what is kept of the Session of " + key.clientIdentifier()
                            + " is not all there: Redis must not evict keys (maxmemory-policy noeviction)",
                    null);
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i < page.size(); i += PARTS) {
            entries.add(Rows.entry((byte[]) page.get(i), (byte[]) page.get(i + 1), (byte[]) page.get(i + 2)));
        }
        return entries;
    }
}
