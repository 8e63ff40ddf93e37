package judge;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.fhir.ucum.UcumEssenceService;
import org.fhir.ucum.UcumService;
import org.hl7.fhir.r5.elementmodel.Element;
import org.hl7.fhir.r5.elementmodel.Manager;
import org.hl7.fhir.r5.elementmodel.Manager.FhirFormat;
import org.hl7.fhir.r5.elementmodel.Property;
import org.hl7.fhir.r5.elementmodel.ValidatedFragment;
import org.hl7.fhir.r5.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r5.terminologies.utilities.TerminologyCache;
import org.hl7.fhir.r5.utils.validation.IResourceValidator;
import org.hl7.fhir.r5.utils.validation.IValidationPolicyAdvisor;
import org.hl7.fhir.r5.utils.validation.constants.ReferenceValidationPolicy;
import org.hl7.fhir.utilities.ByteProvider;
import org.hl7.fhir.utilities.http.ManagedWebAccess;
import org.hl7.fhir.utilities.http.ManagedWebAccess.WebAccessPolicy;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.hl7.fhir.utilities.validation.ValidationMessage;
import org.hl7.fhir.validation.IgLoader;
import org.hl7.fhir.validation.ValidationEngine;
import org.hl7.fhir.validation.ValidationRecord;
import org.hl7.fhir.validation.instance.advisor.BasePolicyAdvisorForFullValidation;
import org.hl7.fhir.validation.service.model.InstanceValidatorParameters;

/**
 * HL7's validation engine behind standard input and output.
 *
 * <p>Run without arguments it prints {@code {"ready":true}} and then answers each line with one line:
 *
 * <pre>
 * {"id":..., "version":"R4|R4B|R5", "format":"json|xml", "body":"...", "guides":["DIR"...], "shared":false}
 * {"id":..., "valid":true, "issues":[{"severity","messageId","expression","line","column","message"}...]}
 * {"id":..., "fault":"..."}   the question could not be put: unknown version or format, no such guide
 * </pre>
 *
 * <p>{@code guides} names folders of conformance resources that count for this line; {@code shared} judges with an
 * engine that has seen earlier resources, which is quicker and less exact. The end of input ends the process.
 *
 * <p>Run as {@code install DIR} it writes the R4 definitions on the class path as a package into the package folder
 * DIR and indexes all packages there, which later runs would otherwise do, several at once perhaps.
 */
public final class Judge {
  private static final String UCUM = "http://unitsofmeasure.org";
  // For value sets that only a terminology server knows (media types) the engine fails and calls the code wrong.
  private static final String NO_SERVER = "TerminologyClientContext.getAddress()";
  // The engine notes the type of a Bundle's resource as a comment: Bundle.entry[0].resource/*Patient/1*/.name
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/");
  private static final String R4_CORE = "hl7.fhir.r4.core#4.0.1";
  private static final String R4_BUNDLES = "/org/hl7/fhir/r4/model/";
  private static final List<String> R4_FILES =
      List.of(
          "profile/profiles-types.xml",
          "profile/profiles-resources.xml",
          "profile/profiles-others.xml",
          "extension/extension-definitions.xml",
          "valueset/valuesets.xml",
          "valueset/v2-tables.xml",
          "valueset/v3-codesystems.xml");

  /** What an engine of one FHIR version is made of: the packages, the core definitions first. */
  private enum Release {
    R4("4.0.1", "hl7.fhir.r4.core", "hl7.terminology.r4", "hl7.fhir.uv.extensions.r4"),
    R4B("4.3.0", "hl7.fhir.r4b.core", "hl7.terminology.r4", "hl7.fhir.uv.extensions.r4"),
    R5("5.0.0", "hl7.fhir.r5.core", "hl7.terminology.r5", "hl7.fhir.uv.extensions.r5");

    private final String number;
    private final List<String> packages;

    Release(String number, String... packages) {
      this.number = number;
      this.packages = List.of(packages);
    }
  }

  /** What a lone resource refers to need not be at hand; what a Bundle's resource refers to must be. */
  private static final class References extends BasePolicyAdvisorForFullValidation {
    References() {
      super(ReferenceValidationPolicy.CHECK_VALID, Set.of());
    }

    @Override
    public ReferenceValidationPolicy policyForReference(
        IResourceValidator validator,
        Object context,
        String path,
        String url,
        IValidationPolicyAdvisor.ReferenceDestinationType destination) {
      boolean elsewhere =
          destination == IValidationPolicyAdvisor.ReferenceDestinationType.EXTERNAL
              && !path.startsWith("Bundle.");
      return elsewhere
          ? ReferenceValidationPolicy.CHECK_TYPE_IF_EXISTS
          : super.policyForReference(validator, context, path, url, destination);
    }
  }

  /** One engine is one set of definitions: a FHIR version and the guide folders loaded on top. */
  private record Key(Release release, List<String> guides) {}

  private final Gson gson = new GsonBuilder().disableHtmlEscaping().create();
  private final Map<String, String> installed;
  private final Map<Key, ValidationEngine> pristine = new HashMap<>();
  private final Map<Key, ValidationEngine> worn = new HashMap<>();
  private final UcumService ucum;

  private Judge() throws Exception {
    installed = installedPackages();
    try (InputStream essence = UcumEssenceService.class.getResourceAsStream("/ucum-essence.xml")) {
      ucum = new UcumEssenceService(essence);
    }
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 2 && arguments[0].equals("install")) {
      install(Path.of(arguments[1]));
      return;
    }
    // The engine prints progress to System.out, where only verdicts may go.
    OutputStream answers = System.out;
    System.setOut(new PrintStream(System.err, true, StandardCharsets.UTF_8));
    ManagedWebAccess.setAccessPolicy(WebAccessPolicy.PROHIBITED);
    int status = 0;
    try {
      new Judge().answer(System.in, answers);
    } catch (Throwable fault) {
      fault.printStackTrace();
      status = 1;
    }
    System.err.flush();
    // The engine leaves threads behind that would keep the process alive.
    Runtime.getRuntime().halt(status);
  }

  private void answer(InputStream input, OutputStream output) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
    BufferedWriter answers =
        new BufferedWriter(new OutputStreamWriter(output, StandardCharsets.UTF_8));
    JsonObject reply = new JsonObject();
    reply.addProperty("ready", true);
    while (true) {
      answers.write(gson.toJson(reply));
      answers.write('\n');
      answers.flush();
      String line = lines.readLine();
      if (line == null) {
        return;
      }
      JsonObject question = gson.fromJson(line, JsonObject.class);
      try {
        reply = verdict(question);
      } catch (Exception fault) {
        fault.printStackTrace();
        reply = new JsonObject();
        reply.addProperty("fault", fault.toString());
      }
      reply.add("id", question.get("id"));
    }
  }

  private JsonObject verdict(JsonObject question) throws Exception {
    byte[] body = question.get("body").getAsString().getBytes(StandardCharsets.UTF_8);
    FhirFormat format = FhirFormat.valueOf(question.get("format").getAsString().toUpperCase(Locale.ROOT));
    ValidationEngine engine = engineFor(question);
    JsonArray issues = new JsonArray();
    try {
      List<ValidationRecord> records = new ArrayList<>();
      engine.validate(
          "body",
          ByteProvider.forBytes(body),
          format,
          engine.getDefaultInstanceValidatorParameters(),
          records);
      for (ValidationRecord record : records) {
        for (ValidationMessage message : record.getMessages()) {
          issues.add(issue(message));
        }
      }
      if (records.stream().flatMap(each -> each.getMessages().stream()).noneMatch(Judge::isFatal)) {
        checkUnits(engine, body, format, issues);
      }
    } catch (OutOfMemoryError fault) {
      throw fault;
    } catch (Exception | Error fault) {
      // The engine throws plain errors too, for example where one element stands twice.
      fault.printStackTrace();
      issues.add(issue("fatal", "THROWN", "", -1, -1, fault.toString()));
    }
    boolean valid = true;
    for (JsonElement each : issues) {
      String severity = each.getAsJsonObject().get("severity").getAsString();
      valid &= !severity.equals("error") && !severity.equals("fatal");
    }
    JsonObject reply = new JsonObject();
    reply.addProperty("valid", valid);
    reply.add("issues", issues);
    return reply;
  }

  private ValidationEngine engineFor(JsonObject question) throws Exception {
    List<String> guides = new ArrayList<>();
    if (question.has("guides")) {
      question.getAsJsonArray("guides").forEach(each -> guides.add(each.getAsString()));
    }
    Key key = new Key(Release.valueOf(question.get("version").getAsString()), List.copyOf(guides));
    ValidationEngine engine = pristine(key);
    if (!question.has("shared") || !question.get("shared").getAsBoolean()) {
      return copy(engine);
    }
    if (!worn.containsKey(key)) {
      worn.put(key, copy(engine));
    }
    return worn.get(key);
  }

  /** The engine that no resource is ever judged with, only copies of it. */
  private ValidationEngine pristine(Key key) throws Exception {
    ValidationEngine engine = pristine.get(key);
    if (engine == null) {
      engine = key.guides.isEmpty() ? load(key.release) : copy(pristine(new Key(key.release, List.of())));
      for (String guide : key.guides) {
        loadInto(engine, guide, true);
      }
      engine.prepare();
      pristine.put(key, engine);
    }
    return engine;
  }

  private ValidationEngine load(Release release) throws Exception {
    ValidationEngine engine =
        new ValidationEngine.ValidationEngineBuilder()
            .withVersion(release.number)
            .withNoTerminologyServer()
            .withDefaultInstanceValidatorParameters(
                new InstanceValidatorParameters()
                    .setAllowExampleUrls(true)
                    // The type that a relative reference names is checked all the same.
                    .setAssumeValidRestReferences(true))
            .fromSource(installed.get(release.packages.get(0)));
    engine.setPolicyAdvisor(new References());
    for (String name : release.packages.subList(1, release.packages.size())) {
      loadInto(engine, installed.get(name), false);
    }
    return engine;
  }

  /**
   * A copy that shares nothing that is written to. The engine's own copy keeps the loader and the FHIRPath engine of
   * the original's definitions, and its memory of codes: what one guide calls unknown would stay so for all.
   */
  private static ValidationEngine copy(ValidationEngine original) throws Exception {
    ValidationEngine copy = new ValidationEngine(original);
    copy.getContext().initTxCache(new TerminologyCache(new Object(), null));
    copy.setIgLoader(new IgLoader(copy.getPcm(), copy.getContext(), copy.getVersion(), false));
    copy.setFhirPathEngine(new FHIRPathEngine(copy.getContext()));
    return copy;
  }

  private static void loadInto(ValidationEngine engine, String source, boolean recursive)
      throws IOException {
    engine.getIgLoader().loadIg(engine.getIgs(), engine.getBinaries(), source, recursive);
  }

  /** Package name to {@code name#version}, of what the engine's package folder holds. */
  private static Map<String, String> installedPackages() throws IOException {
    Map<String, String> packages = new HashMap<>();
    Path folder = Path.of(System.getProperty("user.home"), ".fhir", "packages");
    try (var entries = Files.list(folder)) {
      entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.contains("#"))
          .forEach(name -> packages.put(name.substring(0, name.indexOf('#')), name));
    }
    return packages;
  }

  private void checkUnits(ValidationEngine engine, byte[] body, FhirFormat format, JsonArray issues)
      throws Exception {
    for (ValidatedFragment part :
        Manager.parse(engine.getContext(), new ByteArrayInputStream(body), format)) {
      if (part.getElement() != null) {
        checkUnits(part.getElement(), part.getElement().fhirType(), issues);
      }
    }
  }

  private void checkUnits(Element element, String path, JsonArray issues) {
    String code = only(element, "code");
    if (code != null && UCUM.equals(only(element, "system"))) {
      String fault = ucum.validate(code);
      if (fault != null) {
        issues.add(issue("error", "UCUM", path, element.line(), element.col(), fault));
      }
    }
    Map<String, Integer> seen = new HashMap<>();
    for (Element child : element.getChildren()) {
      Property property = child.getProperty();
      String place = path + '.' + child.getName();
      if (property.isChoice()) {
        place = path + '.' + property.getName().replace("[x]", "") + ".ofType(" + child.fhirType() + ')';
      } else if (child.isList()) {
        place += "[" + (seen.merge(child.getName(), 1, Integer::sum) - 1) + ']';
      }
      checkUnits(child, place, issues);
    }
  }

  /** The value of the child of this name, null where there is none or more than one. */
  private static String only(Element element, String name) {
    List<Element> children = element.hasChildren() ? element.getChildrenByName(name) : List.of();
    return children.size() == 1 ? children.get(0).primitiveValue() : null;
  }

  private static boolean isFatal(ValidationMessage message) {
    return message.getLevel() == ValidationMessage.IssueSeverity.FATAL;
  }

  private static JsonObject issue(ValidationMessage message) {
    String severity = message.getLevel().toCode();
    if (message.getMessage().contains(NO_SERVER)) {
      severity = "warning";
    }
    return issue(
        severity,
        message.getMessageId() == null ? "" : message.getMessageId(),
        message.getLocation() == null ? "" : COMMENT.matcher(message.getLocation()).replaceAll(""),
        message.getLine(),
        message.getCol(),
        message.getMessage());
  }

  private static JsonObject issue(
      String severity, String messageId, String expression, int line, int column, String message) {
    JsonObject issue = new JsonObject();
    issue.addProperty("severity", severity);
    issue.addProperty("messageId", messageId);
    issue.addProperty("expression", expression);
    issue.addProperty("line", line);
    issue.addProperty("column", column);
    issue.addProperty("message", message);
    return issue;
  }

  private static void install(Path packages) throws Exception {
    Path core = packages.resolve(R4_CORE).resolve("package");
    Files.createDirectories(core);
    unpackR4(core);
    try (var entries = Files.list(packages)) {
      for (Path entry : entries.filter(Files::isDirectory).toList()) {
        NpmPackage.fromFolder(entry.toString()).checkIndexed(entry.toString());
      }
    }
  }

  private static void unpackR4(Path folder) throws Exception {
    Files.writeString(
        folder.resolve("package.json"),
        """
        {"name": "hl7.fhir.r4.core", "version": "4.0.1", "type": "Core", "fhirVersions": ["4.0.1"],
         "canonical": "http://hl7.org/fhir", "url": "http://hl7.org/fhir/R4"}
        """);
    for (String file : R4_FILES) {
      org.hl7.fhir.r4.model.Bundle bundle;
      try (InputStream text = Judge.class.getResourceAsStream(R4_BUNDLES + file)) {
        bundle = (org.hl7.fhir.r4.model.Bundle) new org.hl7.fhir.r4.formats.XmlParser().parse(text);
      }
      for (var entry : bundle.getEntry()) {
        org.hl7.fhir.r4.model.Resource resource = entry.getResource();
        String name = resource.fhirType() + "-" + resource.getIdBase() + ".json";
        try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
          new org.hl7.fhir.r4.formats.JsonParser().compose(out, resource);
        }
      }
    }
  }
}
