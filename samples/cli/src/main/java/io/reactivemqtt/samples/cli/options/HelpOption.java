package io.reactivemqtt.samples.cli.options;

import picocli.CommandLine.Option;

/** {@code --help} alone: {@code -h} is the host, as in other programs of this kind, and {@code -V} the version of MQTT. */
public final class HelpOption {

    @Option(names = "--help", usageHelp = true, description = "Shows this help and ends.")
    @SuppressWarnings("UnusedVariable") // the command line looks at it
    private boolean help;
}
