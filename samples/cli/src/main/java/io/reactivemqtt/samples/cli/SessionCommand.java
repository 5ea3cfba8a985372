package io.reactivemqtt.samples.cli;

import picocli.CommandLine.Command;

/** {@code reactive-mqtt session}: what stands in a store, without any Server. */
@Command(
        name = "session",
        mixinStandardHelpOptions = true,
        description = {"Looks into the Sessions of a store, and takes them elsewhere. No Server is asked.", ""},
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        subcommands = {SessionInspectCommand.class, SessionExportCommand.class, SessionImportCommand.class})
final class SessionCommand {}
