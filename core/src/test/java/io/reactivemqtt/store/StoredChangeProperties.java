package io.reactivemqtt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutboxTaken;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
import io.reactivemqtt.store.SessionChange.ReceiptAcknowledged;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionBegun;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import io.reactivemqtt.store.SessionChange.SubscriptionRemoved;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;

/** What is stored of a change is the change; what is not the stored form of one is refused, and a newer form is not damage. */
class StoredChangeProperties {

    /** One of each kind, as the first release wrote it: every later one reads that. */
    private static final Map<SessionChange, String> FIRST_FORM = new LinkedHashMap<>();

    static {
        FIRST_FORM.put(new SequencesReserved(1_000), "010100000000000003e8");
        FIRST_FORM.put(new ConnectionBegun(), "0102");
        FIRST_FORM.put(new ConnectionEnded(1, SessionChange.NEVER_EXPIRES), "0103000000000000000100000000ffffffff");
        FIRST_FORM.put(
                new OutgoingAccepted(7, ApplicationMessage.of("a/b", "1", Qos.EXACTLY_ONCE), 2),
                "0104000000000000000700000000000000023409" + "0003612f620001" + "00" + "31");
        FIRST_FORM.put(new OutgoingAssigned(7, 65_535), "01050000000000000007ffff");
        FIRST_FORM.put(new OutgoingUnassigned(7), "01060000000000000007");
        FIRST_FORM.put(new OutgoingReleased(Long.MAX_VALUE), "01077fffffffffffffff");
        FIRST_FORM.put(new OutgoingCompleted(7), "01080000000000000007");
        FIRST_FORM.put(new IncomingProcessed(65_535), "0109ffff");
        FIRST_FORM.put(new IncomingReleased(1), "010a0001");
        FIRST_FORM.put(
                new SubscriptionAdded(
                        TopicSubscription.of(TopicFilter.of("\u00E9/+"), Qos.EXACTLY_ONCE)
                                .withNoLocal(true)
                                .withRetainAsPublished(true)
                                .withRetainHandling(RetainHandling.DO_NOT_SEND),
                        268_435_455),
                "010b0fffffff020302c3a92f2b");
        FIRST_FORM.put(new SubscriptionRemoved(TopicFilter.of("a/#")), "010c612f23");
        FIRST_FORM.put(new SessionDiscarded(), "010d");
        FIRST_FORM.put(new ReceiptWanted(7, null), "020e0000000000000007ffff");
        FIRST_FORM.put(new ReceiptWanted(7, "\u00E9"), "020e00000000000000070002c3a9");
        FIRST_FORM.put(
                new ReceiptKept(
                        7,
                        "r",
                        ApplicationMessage.of("a", "", Qos.AT_LEAST_ONCE),
                        ReceiptKept.Outcome.REFUSED,
                        ReasonCode.QUOTA_EXCEEDED,
                        true,
                        "no"),
                "020f0000000000000007" + "019701" + "000172" + "00026e6f" + "32060001610001" + "00");
        FIRST_FORM.put(new ReceiptAcknowledged(7), "02100000000000000007");
    }

    private static byte[] withChecksum(byte[] form) {
        CRC32C checksum = new CRC32C();
        checksum.update(form);
        return ByteBuffer.allocate(form.length + Integer.BYTES)
                .put(form)
                .putInt((int) checksum.getValue())
                .array();
    }

    private static byte[] withChecksum(String hex) {
        return withChecksum(HexFormat.of().parseHex(hex));
    }

    /** What is recovered only, or is about what only the store's database has. */
    private static final Set<Class<?>> NEVER_STORED =
            Set.of(EntryUnreadable.class, SessionBegun.class, OutboxTaken.class);

    @Example
    void everyKindHasTheFormOfTheFirstRelease() {
        FIRST_FORM.forEach((change, form) -> {
            assertThat(StoredChange.toBytes(change)).as("%s", change).isEqualTo(withChecksum(form));
            assertThat(StoredChange.fromBytes(withChecksum(form))).isEqualTo(change);
        });
    }

    @Example
    void thereIsAFormOfEveryKindThatStays() {
        assertThat(FIRST_FORM.keySet().stream().map(Object::getClass).distinct())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(SessionChange.class.getPermittedSubclasses())
                        .filter(kind -> !NEVER_STORED.contains(kind))
                        .toList());
        for (SessionChange each : List.of(new EntryUnreadable("an entry"), new SessionBegun(), new OutboxTaken(1))) {
            assertThatIllegalArgumentException().isThrownBy(() -> StoredChange.toBytes(each));
        }
    }

    @Property
    void changeIsReadAsItWasStored(@ForAll long seed) {
        StoredChange.Reader reader = new StoredChange.Reader();
        List<SessionChange> changes = StoredStates.of(seed);

        assertThat(changes.stream().map(StoredChange::toBytes).map(reader::read))
                .isEqualTo(changes);
    }

    @Property
    void aByteThatIsCutOffOrChangedIsNoticed(@ForAll long seed, @ForAll int anywhere, @ForAll byte other) {
        for (SessionChange change : StoredStates.of(seed)) {
            byte[] bytes = StoredChange.toBytes(change);
            int place = Math.floorMod(anywhere, bytes.length);
            byte[] changed = bytes.clone();
            changed[place] = other == bytes[place] ? (byte) ~other : other;

            assertThatIllegalArgumentException().isThrownBy(() -> StoredChange.fromBytes(changed));
            assertThatIllegalArgumentException().isThrownBy(() -> StoredChange.fromBytes(Arrays.copyOf(bytes, place)));
        }
    }

    @Property
    void anyFieldsAreAChangeOrRefused(
            @ForAll @ByteRange(min = 1, max = 2) byte version, @ForAll byte kind, @ForAll byte[] fields) {
        byte[] form = ByteBuffer.allocate(2 + fields.length)
                .put(version)
                .put(kind)
                .put(fields)
                .array();
        try {
            assertThat(StoredChange.fromBytes(withChecksum(form))).isNotNull();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageStartingWith("not the stored form of a change: ");
        }
    }

    @Example
    void theFormOfANewerReleaseIsNoDamage() {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> StoredChange.fromBytes(withChecksum("0301")))
                .withMessageContaining("has version 3")
                .withMessageContaining("knows up to 2");
    }
}
