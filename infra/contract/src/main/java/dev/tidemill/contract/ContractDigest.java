package dev.tidemill.contract;

import dev.tidemill.schemas.DataContract;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Identifies what a contract says, so that another one under the same version number is noticed.
 * Contracts that prepare the same raw values to the same elements have the same digest, whoever
 * wrote them and whatever data they were derived from.
 *
 * <p>A field that has its default counts for nothing. So a field that is added to the protocol
 * later does not change the digests of older contracts.
 */
public final class ContractDigest {
  private static final int BYTES = 8;

  /** What does not decide on the meaning of raw values and numbers. */
  private static final Set<String> IGNORED =
      Set.of(
          "model",
          "version",
          "compatible_since",
          "changes",
          "created_at",
          "producer",
          "reference",
          "class_counts");

  private ContractDigest() {}

  /** Returns 16 hex digits. */
  public static String of(DataContract contract) {
    try {
      byte[] sha256 =
          MessageDigest.getInstance("SHA-256")
              .digest(text(contract).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha256, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** Writes a value so that different values have different texts. */
  private static String text(@Nullable Object value) {
    if (value instanceof SpecificRecord record) {
      return record.getSchema().getFields().stream()
          .filter(field -> !IGNORED.contains(field.name()))
          .filter(field -> !isDefault(field, record.get(field.pos())))
          .map(field -> field.name() + "=" + text(record.get(field.pos())))
          .collect(Collectors.joining(";", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(ContractDigest::text).collect(Collectors.joining(",", "[", "]"));
    }
    if (value instanceof CharSequence given) {
      return given.length() + ":" + given;
    }
    return String.valueOf(value);
  }

  private static boolean isDefault(Schema.Field field, @Nullable Object value) {
    return field.hasDefaultValue()
        && text(value).equals(text(SpecificData.get().getDefaultValue(field)));
  }
}
