package io.reactivemqtt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.exception.SnapshotRefusedException;
import io.reactivemqtt.exception.SnapshotRefusedException.Refusal;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is saved is restored to the letter; what was changed in between is refused. */
class SessionSnapshotProperties {

    @Provide
    Arbitrary<ApplicationMessage> messages() {
        return new StoredMessageProperties().messages();
    }

    @Property
    void stateIsRestoredAsItWasSaved(@ForAll long seed) {
        SessionSnapshot snapshot = new SessionSnapshot("client \"\u00E9\"", StoredStates.of(seed));

        assertThat(SessionSnapshot.fromJson(snapshot.toJson())).isEqualTo(snapshot);
    }

    @Property(tries = 300)
    void messageIsRestoredAsItWasSaved(@ForAll @From("messages") ApplicationMessage message) {
        SessionSnapshot snapshot = new SessionSnapshot("c", List.of(new OutgoingAccepted(1, message, 2)));

        assertThat(SessionSnapshot.fromJson(snapshot.toJson())).isEqualTo(snapshot);
    }

    @Property(tries = 2000)
    void oneCharacterThatWasChangedIsNoticed(@ForAll long seed, @ForAll int anywhere, @ForAll char other) {
        String json = new SessionSnapshot("c", StoredStates.of(seed)).toJson();
        int index = Math.floorMod(anywhere, json.length());
        if (json.charAt(index) == other) {
            return;
        }

        assertThatExceptionOfType(SnapshotRefusedException.class)
                .isThrownBy(
                        () -> SessionSnapshot.fromJson(json.substring(0, index) + other + json.substring(index + 1)));
    }

    @Property(tries = 500)
    void endThatIsMissingIsNoticed(@ForAll long seed, @ForAll int anywhere) {
        String json = new SessionSnapshot("c", StoredStates.of(seed)).toJson();

        assertThatExceptionOfType(SnapshotRefusedException.class)
                .isThrownBy(() -> SessionSnapshot.fromJson(json.substring(0, Math.floorMod(anywhere, json.length()))))
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.DAMAGED));
    }

    @Example
    void whatWasSavedByAnEarlierReleaseIsTakenToTheLetter() {
        String json = "{\"format\":\"reactive-mqtt-session\",\"version\":1,"
                + "\"sha256\":\"383e62c034f888c176cf5672fd6a46cf49fd19b236cb33d4fd566f1722b4e2c1\","
                + "\"session\":{\"clientIdentifier\":\"m\u00E9ter/\\\"7\\\"\u2028\uD83D\uDE00\","
                + "\"connection\":{\"endedAtMillis\":1700000000000,\"sessionExpiryIntervalSeconds\":3600},"
                + "\"subscriptions\":[{\"topicFilter\":\"a/+/\u00FC\",\"qos\":1,\"noLocal\":false,\"retainAsPublished\":false,"
                + "\"retainHandling\":\"SEND\",\"subscriptionIdentifier\":7}],\"incoming\":[65535],"
                + "\"outgoing\":[{\"sequence\":1,\"acceptedAtMillis\":1700000000001,\"publish\":\"NAkAA2EvYgABAHg=\","
                + "\"packetIdentifier\":3,\"released\":true},"
                + "{\"sequence\":2,\"acceptedAtMillis\":1700000000002,\"publish\":\"MgkAA2EvYgABAHk=\"}],"
                + "\"sequencesUpTo\":5000000000}}";

        SessionSnapshot snapshot = SessionSnapshot.fromJson(json);

        assertThat(snapshot.changes()).hasSize(8);
        assertThat(snapshot.toJson()).isEqualTo(json);
    }

    @Example
    void aReceiptOfANewerReleaseIsOfAnotherVersion() throws NoSuchAlgorithmException {
        ByteBuffer receipt = ByteBuffer.allocate(16).put(HexFormat.of().parseHex("030e0000000000000007ffff"));
        CRC32C checksum = new CRC32C();
        checksum.update(receipt.array(), 0, receipt.position());
        receipt.putInt((int) checksum.getValue());
        String session = "{\"clientIdentifier\":\"c\",\"receipts\":[\""
                + Base64.getEncoder().encodeToString(receipt.array()) + "\"]}";
        String sha256 = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(session.getBytes(StandardCharsets.UTF_8)));

        assertThatExceptionOfType(SnapshotRefusedException.class)
                .isThrownBy(() -> SessionSnapshot.fromJson("{\"format\":\"reactive-mqtt-session\",\"version\":2,"
                        + "\"sha256\":\"" + sha256 + "\",\"session\":" + session + "}"))
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.OTHER_VERSION));
    }

    @Example
    void whatIsWrongTellsNoContent() {
        String json = "{\"format\":\"reactive-mqtt-session\",\"version\":1,\"session\":{\"secret\":\"s3cret\"";

        assertThatExceptionOfType(SnapshotRefusedException.class)
                .isThrownBy(() -> SessionSnapshot.fromJson(json))
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("s3cret"));
    }
}
