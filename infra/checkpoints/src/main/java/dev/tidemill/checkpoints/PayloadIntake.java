package dev.tidemill.checkpoints;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A version's bytes on their way from the log into a state. They are hashed and taken by a thread
 * beside the one that fetches them, in order; so little waits between the two that memory is
 * bounded by a few chunks, whatever the state's size.
 */
final class PayloadIntake {
  /** Chunks that wait to be hashed: about what one fetch brings. */
  private static final int AHEAD = 4;

  private final long version;
  private final Executor beside;
  private final MessageDigest sha256 = Sha256.digest();
  private final TensorIntake tensors;
  private final Queue<CompletableFuture<Void>> waiting = new ArrayDeque<>();
  private @Nullable MalformedSafeTensorsException malformed;
  // Only the thread beside touches it: after a failure nothing more is taken.
  private boolean failed;
  private @Nullable Throwable failure;

  /**
   * @param bytes of the whole file
   * @param beside one thread, which hashes
   */
  PayloadIntake(
      long version, long bytes, Function<TensorHeader, TensorTarget> target, Executor beside) {
    this.version = version;
    this.beside = beside;
    this.tensors = new TensorIntake(bytes, target);
  }

  /** The file's next bytes; must stay unchanged. */
  void take(ByteBuffer piece) {
    waiting.add(CompletableFuture.runAsync(() -> hashAndTake(piece), beside));
    if (waiting.size() > AHEAD) {
      settle(waiting.remove());
    }
    rethrow();
  }

  /** What bytes of another sha-256 say is of no interest: they are hashed to the end first. */
  private void hashAndTake(ByteBuffer piece) {
    if (failed) {
      return;
    }
    sha256.update(piece.duplicate());
    if (malformed == null) {
      failed = true;
      try {
        tensors.take(piece);
      } catch (MalformedSafeTensorsException e) {
        malformed = e;
      }
      failed = false;
    }
  }

  /**
   * Returns when nothing is written to the state any more.
   *
   * @throws RuntimeException or an Error, as it ended the taking, e.g. for want of memory
   */
  void await() {
    while (!waiting.isEmpty()) {
      settle(waiting.remove());
    }
    rethrow();
  }

  private void settle(CompletableFuture<Void> taken) {
    try {
      taken.join();
    } catch (CompletionException e) {
      failure = e.getCause();
    }
  }

  private void rethrow() {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /**
   * What the file held.
   *
   * @throws CorruptCheckpointException if its sha-256 is another, or it does not hold what is
   *     wanted
   */
  TensorTarget finish(String wantedSha256) {
    await();
    String found = Sha256.hex(sha256);
    if (!found.equals(wantedSha256)) {
      throw new CorruptCheckpointException(version, "sha-256 " + wantedSha256, found);
    }
    if (malformed != null) {
      throw new CorruptCheckpointException(version, malformed);
    }
    try {
      return tensors.finish();
    } catch (MalformedSafeTensorsException e) {
      throw new CorruptCheckpointException(version, e);
    }
  }
}
