package dev.tidemill.cli.command;

import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.schemas.Checkpoint;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    header = "Write a version's weights to a safetensors file, in PyTorch's names and shapes.",
    description = {"In Python, safetensors.torch.load_file(FILE) reads it.", ""})
final class ModelsExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--version-number",
      paramLabel = "N",
      description = "which version (default: the newest)")
  private @Nullable Long version;

  @Option(names = "--with-optimizer", description = "also write the optimizer state")
  private boolean withOptimizer;

  @Parameters(paramLabel = "FILE.safetensors", description = "the file to write")
  private Path file = Path.of("");

  @Override
  public Integer call() throws IOException {
    ModelVersions versions = ModelVersions.of(connection);
    Checkpoint checkpoint = versions.find(version);
    // Written beside the target and then moved, so that a reader never sees half a file.
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (CheckpointReader reader = versions.payloads();
        FileChannel channel =
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      SafeTensors.write(reader.read(checkpoint), withOptimizer, channel);
    }
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    spec.commandLine()
        .getErr()
        .printf(
            "models: wrote version %d to %s, %d bytes%n",
            checkpoint.getVersion(), file, Files.size(file));
    return ExitStatus.DONE;
  }
}
