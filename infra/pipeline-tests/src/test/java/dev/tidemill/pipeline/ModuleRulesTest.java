package dev.tidemill.pipeline;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Checks the rules of docs/architecture.md, section Modules. */
class ModuleRulesTest {
  private static final String OURS = "dev.tidemill..";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.tidemill");

  @Test
  void applicationsDoNotDependOnEachOther() {
    SlicesRuleDefinition.slices()
        .matching("dev.tidemill.(producer|trainer|inference)..")
        .should()
        .notDependOnEachOther()
        .check(CLASSES);
  }

  @Test
  void schemasDependOnNoOtherModule() {
    dependOnlyOnThemselves(c -> c.getPackageName().startsWith("dev.tidemill.schemas"));
  }

  @Test
  void contractDependsOnSchemasOnly() {
    dependOnlyOnThemselves(
        c ->
            c.getPackageName().startsWith("dev.tidemill.contract")
                || c.getPackageName().startsWith("dev.tidemill.schemas"));
  }

  @Test
  void evaluationDependsOnSchemasOnly() {
    dependOnlyOnThemselves(
        c ->
            c.getPackageName().startsWith("dev.tidemill.evaluation")
                || c.getPackageName().startsWith("dev.tidemill.schemas"));
  }

  /** Its caller reads the topics and the clock. */
  @Test
  void evaluationReadsAndWritesNothing() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidemill.evaluation..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.nio.file..", "java.net..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.time.Clock.class)
        .check(CLASSES);
  }

  /** What checks the product shares no code with it. */
  @Test
  void testbedDependsOnNoProductCode() {
    dependOnlyOnThemselves(
        c ->
            c.getPackageName().startsWith("dev.tidemill.testbed.history")
                || c.getPackageName().startsWith("dev.tidemill.testbed.guarantee")
                || c.getPackageName().equals("dev.tidemill.testbed"),
        c -> c.getPackageName().equals("dev.tidemill.local"));
    noClasses()
        .that()
        .resideInAnyPackage("dev.tidemill.testbed.history..", "dev.tidemill.testbed.guarantee..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tidemill.local..")
        .check(CLASSES);
  }

  /** A checker is a function of a history. */
  @Test
  void guaranteesAreCheckedWithoutBrokers() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidemill.testbed.guarantee..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..", "java.io..", "java.net..")
        .check(CLASSES);
  }

  @Test
  void engineDependsOnNoOtherModule() {
    dependOnlyOnThemselves(c -> c.getPackageName().equals("dev.tidemill.engine"));
  }

  @Test
  void infrastructureDoesNotDependOnApplications() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.tidemill.schemas..",
            "dev.tidemill.contract..",
            "dev.tidemill.evaluation..",
            "dev.tidemill.runtime..",
            "dev.tidemill.messaging..",
            "dev.tidemill.registry..",
            "dev.tidemill.tracing..",
            "dev.tidemill.engine..",
            "dev.tidemill.checkpoints..",
            "dev.tidemill.dashboard..",
            "dev.tidemill.local..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidemill.producer..",
            "dev.tidemill.trainer..",
            "dev.tidemill.inference..",
            "dev.tidemill.cli..")
        .check(CLASSES);
  }

  @Test
  void onlyItsEngineUsesDeeplearning4j() {
    staysIn("dev.tidemill.engine.dl4j..", "org.nd4j..", "org.deeplearning4j..");
  }

  @Test
  void onlyItsEngineUsesLibtorch() {
    staysIn("dev.tidemill.engine.torch..", "org.bytedeco.pytorch..", "org.bytedeco.cuda..");
  }

  @Test
  void onlyTheDashboardUsesTheWebServer() {
    staysIn("dev.tidemill.dashboard..", "io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..");
  }

  @Test
  void onlyTheTracingModuleUsesOpenTelemetry() {
    staysIn("dev.tidemill.tracing..", "io.opentelemetry..");
  }

  @Test
  void onlyEnginesUseNativeMemory() {
    staysIn("dev.tidemill.engine.(dl4j|torch)..", "org.bytedeco..");
  }

  private static void staysIn(String engine, String... types) {
    noClasses()
        .that()
        .resideInAPackage(OURS)
        .and()
        .resideOutsideOfPackage(engine)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(types)
        .check(CLASSES);
  }

  @Test
  void sourceFormatsAreFoundNotNamed() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.tidemill.producer..", "dev.tidemill.cli..")
        .and()
        .resideOutsideOfPackage("dev.tidemill.producer.source.*..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.tidemill.producer.source.(csv|digits|idx|lines|parquet|text|waves)..")
        .check(CLASSES);
  }

  @Test
  void onlyTheLocalModuleUsesTheBroker() {
    noClasses()
        .that()
        .resideInAPackage(OURS)
        .and()
        .resideOutsideOfPackage("dev.tidemill.local..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("kafka..", "org.apache.kafka.server..", "org.apache.kafka.storage..")
        .check(CLASSES);
  }

  @Test
  void modulesWithoutTopicsDoNotUseKafka() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.tidemill.engine..",
            "dev.tidemill.schemas..",
            "dev.tidemill.contract..",
            "dev.tidemill.evaluation..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..")
        .check(CLASSES);
  }

  /** Ensures that a worker without a registry needs no HTTP client. */
  @Test
  void workersDoNotUseHttpClients() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.tidemill.schemas..",
            "dev.tidemill.runtime..",
            "dev.tidemill.messaging..",
            "dev.tidemill.engine..",
            "dev.tidemill.checkpoints..",
            "dev.tidemill.trainer..",
            "dev.tidemill.inference..",
            "dev.tidemill.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net.http..", "dev.tidemill.registry..")
        .check(CLASSES);
  }

  @Test
  void noPackageHasAGenericName() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..common..", "..core..", "..util..", "..utils..", "..helper..", "..impl..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    SlicesRuleDefinition.slices()
        .matching("dev.tidemill.(*)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  @Test
  void packagesOfTheCommandLineAreFreeOfCycles() {
    SlicesRuleDefinition.slices()
        .matching("dev.tidemill.cli.(*)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.tidemill.cli.*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tidemill.cli")
        .check(CLASSES);
  }

  /** From the native libraries up to the plans. */
  @Test
  void packagesOfTheDl4jEngineAreFreeOfCycles() {
    SlicesRuleDefinition.slices()
        .matching("dev.tidemill.engine.dl4j.(*)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  @Test
  void packagesOfTheDl4jEngineDoNotDependOnItsEntryPoints() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidemill.engine.dl4j.*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tidemill.engine.dl4j")
        .check(CLASSES);
  }

  /** Benchmarks, which are not among these classes, have a rule of their own. */
  @Test
  void otherModulesUseOnlyTheEntryPointsOfTheDl4jEngine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.tidemill.engine.dl4j..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tidemill.engine.dl4j.*..")
        .check(CLASSES);
  }

  private static void dependOnlyOnThemselves(Predicate<JavaClass> module) {
    dependOnlyOnThemselves(module, type -> false);
  }

  private static void dependOnlyOnThemselves(
      Predicate<JavaClass> module, Predicate<JavaClass> allowed) {
    noClasses()
        .that(DescribedPredicate.describe("are in the module", module))
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are in other modules",
                type ->
                    type.getPackageName().startsWith("dev.tidemill")
                        && !module.test(type)
                        && !allowed.test(type)))
        .check(CLASSES);
  }
}
