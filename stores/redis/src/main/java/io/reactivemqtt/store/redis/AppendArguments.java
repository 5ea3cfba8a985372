package io.reactivemqtt.store.redis;

import io.reactivemqtt.store.common.Effects;
import io.reactivemqtt.store.common.Effects.Change;
import io.reactivemqtt.store.common.Effects.Effect;
import io.reactivemqtt.store.common.Effects.Put;
import io.reactivemqtt.store.common.Row;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a Session appends, as the arguments of the script {@link Script#APPEND}: its file says what they are. */
final class AppendArguments {

    private static final byte CHANGES = '1';
    private static final byte DOES_NOT = '0';

    private final List<byte[]> effects = new ArrayList<>();
    private boolean adds;

    private AppendArguments() {}

    static byte[][] of(String token, long epoch, long number, Effects changes) {
        AppendArguments arguments = new AppendArguments();
        changes.byRow().forEach(arguments::add);
        String flags = (changes.discards() ? "d" : "") + (arguments.adds ? "a" : "");
        List<byte[]> all = new ArrayList<>(4 + arguments.effects.size());
        for (Object first : List.of(token, epoch, number, flags)) {
            all.add(Keys.bytes(first.toString()));
        }
        all.addAll(arguments.effects);
        return all.toArray(new byte[0][]);
    }

    private void add(Row row, Effect effect) {
        if (effect instanceof Put put) {
            // a message to send is another one now; of others only those that went before have a place to lose
            boolean takesPlace = row.kind() == Row.OUTGOING || (row.kind() < Row.RECEIPT && put.isAnew());
            effects.add(full('p', row, put.place(), put.packetIdentifier(), takesPlace));
            effects.add(put.content());
            adds = true;
        } else if (effect instanceof Change change) {
            Integer identifier = change.packetIdentifier();
            effects.add(full('c', row, change.place(), identifier == null ? 0 : identifier, identifier != null));
            adds = true;
        } else {
            byte[] bytes = new byte[1 + Rows.ROW];
            Rows.put(ByteBuffer.wrap(bytes).put((byte) 'r'), row);
            effects.add(bytes);
        }
    }

    private static byte[] full(char letter, Row row, @Nullable Long place, int packetIdentifier, boolean flag) {
        byte[] bytes = new byte[1 + Rows.ROW + Rows.STATE + 1];
        ByteBuffer effect = Rows.put(ByteBuffer.wrap(bytes).put((byte) letter), row);
        Rows.put(effect, place, packetIdentifier).put(flag ? CHANGES : DOES_NOT);
        return bytes;
    }
}
