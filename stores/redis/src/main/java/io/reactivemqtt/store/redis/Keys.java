package io.reactivemqtt.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.common.Hashes;
import java.util.Base64;

/**
 * The keys of a Session. They have one hash tag, so in a Cluster they are on one node, and one script may have all of them.
 *
 * @param tag hash of the Session's names, which may be long, or contain what Redis has a meaning for
 * @param session a hash: the names, who owns it
 * @param content a hash: the changes in their stored form, by row
 * @param state a hash: places and Packet Identifiers, of the rows that have some
 * @param order a sorted set: all rows in the order of their recovery
 * @param aside a stream: what could not be read
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Keys(String tag, byte[] session, byte[] content, byte[] state, byte[] order, byte[] aside) {

    private static final String SESSION = "}:session";

    static Keys of(String prefix, SessionKey key) {
        return of(prefix, Base64.getUrlEncoder().withoutPadding().encodeToString(Hashes.of(key)));
    }

    private static Keys of(String prefix, String tag) {
        String common = prefix + "{" + tag;
        return new Keys(
                tag,
                bytes(common + SESSION),
                bytes(common + "}:content"),
                bytes(common + "}:state"),
                bytes(common + "}:order"),
                bytes(common + "}:aside"));
    }

    /** Returns the key of the Session's lease: a string that expires, the holder. */
    byte[] lease(String prefix) {
        return bytes(prefix + "{" + tag + "}:lease");
    }

    /** Returns the pattern of the keys that {@link #ofSession} takes. */
    static String sessions(String prefix) {
        return prefix + "{*" + SESSION;
    }

    /** Returns the keys of the Session whose first one is {@code session}. */
    static Keys ofSession(String prefix, byte[] session) {
        String key = new String(session, UTF_8);
        return of(prefix, key.substring(prefix.length() + 1, key.length() - SESSION.length()));
    }

    byte[][] forReading() {
        return new byte[][] {session, content, state, order};
    }

    byte[][] all() {
        return new byte[][] {session, content, state, order, aside};
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
