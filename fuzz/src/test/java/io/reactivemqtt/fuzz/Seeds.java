package io.reactivemqtt.fuzz;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.codec.PacketSeeds;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionSnapshot;
import io.reactivemqtt.store.StoredChange;
import io.reactivemqtt.store.StoredStates;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** What a target begins with: what is really sent and stored, as the library and its tests write it. */
final class Seeds {

    private static final int STATES = 12;
    private static final int CHECKSUM = Integer.BYTES;
    private static final int SEALED_VERSION_2 = 1;
    private static final int AS_IT_IS = 3;
    private static final int MESSAGE = 2;
    private static final int RAW_FRAMES = 1;
    private static final int ANY = 7;

    /** Each kind that the first release stored and {@link StoredStates} has not, without its checksum. */
    private static final List<String> OTHER_CHANGES = List.of(
            "01060000000000000007",
            "01080000000000000007",
            "010a0001",
            "010c612f23",
            "010d",
            "020e00000000000000070002c3a9",
            "02100000000000000007");

    /** CONNACK in one frame, a PUBLISH in three with a ping and an empty one between, then the end. */
    private static final String FRAMES =
            "8205" + "2003000000" + "0203" + "300700" + "8901" + "78" + "0000" + "8006" + "016100686921" + "880203e8";

    private static final String NEWER_RECEIPT = "030e0000000000000007ffff";

    private final Map<String, byte[]> all = new LinkedHashMap<>();

    private Seeds() {}

    /** Returns the seeds of {@code target} by names for their files. */
    static Map<String, byte[]> of(Target target) {
        Seeds seeds = new Seeds();
        switch (target) {
            case DECODER -> seeds.packets(true);
            case WEB_SOCKET -> {
                seeds.packets(false);
                seeds.add("frames", HexFormat.of().parseHex(FRAMES), RAW_FRAMES, ANY);
            }
            case TOPIC_TREE -> seeds.operations();
            case SNAPSHOT -> seeds.snapshots();
            case STORED_FORM -> seeds.changes();
        }
        return seeds.all;
    }

    private void add(String name, byte[] bytes, int... head) {
        ByteArrayOutputStream seed = new ByteArrayOutputStream();
        Arrays.stream(head).forEach(seed::write);
        seed.writeBytes(bytes);
        all.put("seed-" + name, seed.toByteArray());
    }

    private void packets(boolean each) {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            int head = version == ProtocolVersion.MQTT_5_0 ? 0 : 1;
            List<byte[]> packets = PacketSeeds.of(version);
            ByteArrayOutputStream together = new ByteArrayOutputStream();
            for (int i = 0; i < packets.size(); i++) {
                if (each) {
                    add(version + "-" + i, packets.get(i), head, i);
                } else if (head == 0) {
                    together.writeBytes(packets.get(i));
                    if (together.size() > 100) {
                        add("packets-" + i, together.toByteArray(), 0, i);
                        together.reset();
                    }
                }
            }
        }
    }

    /** Puts a filter under the tree, or takes it away, or searches for a name: a byte, its levels, a byte that ends them. */
    private void operations() {
        byte[] puts = {0, 1, 5, 40, 4, 1, 4, 40, 0, 5, 40, 1, 8, 1, 2, 5, 40, 0, 3, 4, 40, 0, 6, 2, 40, 1, 7, 2, 40};
        byte[] searches = {3, 1, 40, 3, 1, 2, 40, 3, 3, 2, 40, 3, 6, 2, 40, 3, 7, 2, 40, 3, 9, 0, 40, 3, 0, 0, 40};
        byte[] takes = {2, 1, 5, 40, 6, 1, 4, 40, 2, 5, 40, 3, 1, 2, 40};
        add("puts", puts);
        add("searches", searches, toInts(puts));
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(puts);
        both.writeBytes(takes);
        add("takes", both.toByteArray());
    }

    private static int[] toInts(byte[] bytes) {
        int[] ints = new int[bytes.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = bytes[i];
        }
        return ints;
    }

    private void snapshots() {
        String receipts = "{\"clientIdentifier\":\"c\",\"receipts\":[\""
                + Base64.getEncoder().encodeToString(newerReceipt()) + "\"]}";
        add("newer-receipt", receipts.getBytes(StandardCharsets.UTF_8), SEALED_VERSION_2);
        for (int seed = 0; seed < STATES; seed++) {
            String json = new SessionSnapshot("c\u00E9", StoredStates.of(seed)).toJson();
            String session = json.substring(json.indexOf("\"session\":") + "\"session\":".length(), json.length() - 1);
            if (json.length() < Target.SNAPSHOT.longestInput()) {
                add("saved-" + seed, json.getBytes(StandardCharsets.UTF_8), AS_IT_IS);
            }
            if (session.length() < Target.SNAPSHOT.longestInput()) {
                add("session-" + seed, session.getBytes(StandardCharsets.UTF_8), SEALED_VERSION_2);
            }
        }
    }

    /** A receipt with a version that no release has yet. */
    private static byte[] newerReceipt() {
        ByteBuffer receipt = ByteBuffer.allocate(NEWER_RECEIPT.length() / 2 + CHECKSUM)
                .put(HexFormat.of().parseHex(NEWER_RECEIPT));
        CRC32C checksum = new CRC32C();
        checksum.update(receipt.array(), 0, receipt.position());
        return receipt.putInt((int) checksum.getValue()).array();
    }

    private void changes() {
        int number = 0;
        for (int seed = 0; seed < STATES / 4; seed++) {
            for (SessionChange change : StoredStates.of(seed)) {
                byte[] stored = StoredChange.toBytes(change);
                add("change-" + number, Arrays.copyOf(stored, stored.length - CHECKSUM), 0);
                number++;
            }
        }
        for (String change : OTHER_CHANGES) {
            add("change-" + number, HexFormat.of().parseHex(change), 0);
            number++;
        }
        add("whole", StoredChange.toBytes(new SessionChange.SequencesReserved(1_000)), AS_IT_IS);
        add("message", HexFormat.of().parseHex("32060001610001" + "00"), MESSAGE);
    }
}
