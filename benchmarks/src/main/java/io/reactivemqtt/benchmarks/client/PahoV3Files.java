package io.reactivemqtt.benchmarks.client;

/** {@link PahoV3} with its persistence in files: what it says it will deliver, it has written (but not forced) to the disk. */
final class PahoV3Files extends PahoV3 {
    PahoV3Files() {
        super(true);
    }
}
