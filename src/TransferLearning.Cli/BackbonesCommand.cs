using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace TransferLearning.Cli;

/// <summary><c>backbones list|show|fetch|verify</c>: the catalog of pretrained networks and the weights on this machine.</summary>
internal static class BackbonesCommand
{
    public static Command Create() => new("backbones", "The catalog of pretrained networks.")
    {
        List(), Show(), BackboneFilesCommand.Fetch(), BackboneFilesCommand.Verify(),
    };

    private static Command List()
    {
        var json = SharedOptions.Json();
        var command = new Command("list", "List all backbones.") { json };
        command.SetAction(parsed =>
        {
            var atHand = Backbones.AtHand();
            if (parsed.GetValue(json))
                JsonOutput.Print<IReadOnlyList<JsonOutput.BackboneEntry>>([.. Backbones.All.Select(entry => Describe(entry, atHand))]);
            else
                Print(Backbones.All, atHand);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Show()
    {
        var name = new Argument<string>("name") { Description = "A name of the catalog, or an ONNX file." }.RefuseOptionLike();
        var json = SharedOptions.Json();
        var command = new Command("show", "Show the details of a backbone.") { name, json };
        command.SetAction(parsed =>
        {
            var backbone = SharedOptions.ReadBackbone(parsed.GetRequiredValue(name), null);
            var atHand = Backbones.AtHand();
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(Describe(backbone, atHand));
                return ExitCode.Success;
            }

            Console.Out.WriteLine($"name           {backbone.Name}");
            Console.Out.WriteLine($"licence        {backbone.License}");
            Console.Out.WriteLine($"origin         {backbone.Origin ?? "not stated"}");
            Console.Out.WriteLine($"preprocessing  {backbone.Preprocessing.ToJson()}");
            Console.Out.WriteLine($"features       {Number(backbone.FeatureDimension)}");
            Console.Out.WriteLine($"parameters     {Number(backbone.Parameters)}");
            Console.Out.WriteLine($"published top1 {Percent(backbone.PublishedTop1)} {backbone.PublishedTop1Source}");
            Console.Out.WriteLine($"at hand        {AtHand(backbone, atHand)}");
            if (backbone.Weights is { } weights)
            {
                Console.Out.WriteLine($"SHA-256        {weights.Sha256}");
                foreach (var address in weights.Addresses)
                    Console.Out.WriteLine($"address        {address}");
            }

            if (backbone.Warning is { } warning)
                Console.Out.WriteLine($"warning        {warning}");
            return ExitCode.Success;
        });
        return command;
    }

    private static void Print(IReadOnlyList<Backbone> backbones, IReadOnlyList<Backbone> atHand)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("name", "at hand", "input", "features", "parameters", "ImageNet top-1 %", "licence");
        foreach (var b in backbones)
        {
            table.AddRow(
                Markup.Escape(b.Name),
                AtHand(b, atHand),
                FormattableString.Invariant($"{b.Preprocessing.Width}×{b.Preprocessing.Height}"),
                Number(b.FeatureDimension),
                Number(b.Parameters),
                // The figures of other tasks do not compare with those of ImageNet-1k.
                b.ClassCount == ClassLabels.ImageNet1k.Count ? Percent(b.PublishedTop1) : "–",
                Markup.Escape(b.License));
        }

        TableOutput.Write(table);
        Console.Out.WriteLine("Which one suits your images? transfer-learning advise FOLDER --backbone auto");
    }

    private static JsonOutput.BackboneEntry Describe(Backbone backbone, IReadOnlyList<Backbone> atHand) => new(
        backbone.Name,
        backbone.Preprocessing.Width,
        backbone.Preprocessing.Height,
        backbone.FeatureDimension,
        backbone.Parameters,
        backbone.PublishedTop1,
        backbone.License,
        backbone.Origin,
        backbone.PreprocessingVerified,
        backbone.WeightsVerified,
        BackboneState.Of(backbone, atHand),
        backbone.PublishedTop1Source,
        backbone.Weights is null ? null : [.. backbone.Weights.Addresses.Select(address => address.AbsoluteUri)],
        backbone.Weights?.Bytes,
        backbone.Weights?.Sha256);

    private static string AtHand(Backbone backbone, IReadOnlyList<Backbone> atHand) =>
        BackboneState.Of(backbone, atHand) is var state && state != BackboneState.Missing ? state
        : backbone.Weights is { } weights ? string.Create(CultureInfo.InvariantCulture, $"no, {weights.Bytes / 1e6:F0} MB")
        : "no, a package";

    private static string Number(long? value) => value is > 0 ? value.Value.ToString("N0", CultureInfo.InvariantCulture) : "–";

    private static string Percent(double? value) => value is { } percent ? percent.ToString("F1", CultureInfo.InvariantCulture) : "–";
}
