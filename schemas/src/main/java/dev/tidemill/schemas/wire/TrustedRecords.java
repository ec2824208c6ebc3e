package dev.tidemill.schemas.wire;

import org.apache.avro.Conversion;
import org.apache.avro.specific.AvroGenerated;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Lets Avro make instances of the protocol's generated records, and of nothing else that it did not
 * trust before. Avro refuses every class that is not named to it, which else takes a system
 * property on every JVM that meets the protocol.
 *
 * <p>It converts nothing. It is a {@link Conversion} because Avro loads those as services whenever
 * it makes a data model, and a generated record makes one in its static initializer: so this has
 * always run before the first record needs it.
 */
public final class TrustedRecords extends Conversion<Void> {
  private static final String PACKAGE = "dev.tidemill.schemas";

  static {
    ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(before, TrustedRecords::isGenerated));
  }

  private static boolean isGenerated(Class<?> type) {
    return type.getPackageName().equals(PACKAGE) && type.isAnnotationPresent(AvroGenerated.class);
  }

  @Override
  public Class<Void> getConvertedType() {
    return Void.class;
  }

  /** No schema has this logical type. */
  @Override
  public String getLogicalTypeName() {
    return "tidemill-trusted-records";
  }
}
