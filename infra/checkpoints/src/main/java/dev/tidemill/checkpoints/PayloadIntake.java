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
 * Moves a version's bytes from the log into a state. A second thread hashes and stores them in
 * order while the caller fetches more. Few chunks wait between the two threads, which bounds memory
 * whatever the state's size.
 */
final class PayloadIntake {
  /** The most chunks that wait for hashing: about one fetch. */
  private static final int MAX_WAITING = 4;

  private final long version;
  private final Executor hashing;
  private final MessageDigest sha256 = Sha256.digest();
  private final TensorIntake tensors;
  private final Queue<CompletableFuture<Void>> waiting = new ArrayDeque<>();
  private @Nullable MalformedSafeTensorsException malformed;
  // Only the hashing thread uses this flag; after a failure it takes nothing more.
  private boolean failed;
  private @Nullable Throwable failure;

  /**
   * @param bytes the length of the whole file
   * @param hashing a single-threaded executor, which hashes
   */
  PayloadIntake(
      long version, long bytes, Function<TensorHeader, TensorTarget> target, Executor hashing) {
    this.version = version;
    this.hashing = hashing;
    this.tensors = new TensorIntake(bytes, target);
  }

  /** Adds the file's next bytes, which must stay unchanged. */
  void take(ByteBuffer piece) {
    waiting.add(CompletableFuture.runAsync(() -> hashAndStore(piece), hashing));
    if (waiting.size() > MAX_WAITING) {
      settle(waiting.remove());
    }
    rethrow();
  }

  /**
   * Hashes a piece and stores it. After malformed content it only hashes, because a wrong SHA-256
   * is the more important error.
   */
  private void hashAndStore(ByteBuffer piece) {
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
   * Returns once nothing writes to the state any more.
   *
   * @throws RuntimeException or an Error, the cause of a failure on the hashing thread, for example
   *     a lack of memory
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
   * Returns the result after all bytes were added.
   *
   * @throws CorruptCheckpointException if the SHA-256 differs, or the file does not hold the
   *     expected tensors
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
