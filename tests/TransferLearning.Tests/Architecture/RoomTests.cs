using System.Text.RegularExpressions;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Architecture;

/// <summary>Every folder of the library is a room, and rooms depend on each other in one direction only, at every depth.</summary>
public sealed partial class RoomTests
{
    private const string Core = "src/TransferLearning.Core";
    private const string MLNet = "src/TransferLearning";

    /// <summary>
    /// The order of docs/adr/0001-folders-and-namespaces.md: a room may use those before it and, one way, those beside it.
    /// </summary>
    private static readonly string[][] Levels =
    [
        ["Contracts", "Files"], ["Onnx", "Imaging"], ["ModelFile"], ["Backbones", "Data"], ["Featurization", "Gradients"],
        ["Training"], ["Heads"],
        ["Evaluation", "Models"], ["Reports", "Scenarios"],
    ];

    private static readonly Lazy<IReadOnlyList<SourceFile>> Sources = new(() => SourceFile.Below(Core));

    private static readonly Lazy<IReadOnlyList<Use>> Uses = new(() => [.. FindUses(Sources.Value)]);

    /// <summary>A file mentions a type that another file declares.</summary>
    private sealed record Use(SourceFile File, string Type, SourceFile Declaration);

    [Fact]
    public void No_room_uses_a_type_of_a_room_to_its_right()
    {
        string[] wrong =
        [
            .. Uses.Value.Where(use => Level(use.Declaration.Room) > Level(use.File.Room))
                .Select(use => $"{use.File} uses {use.Type} of {use.Declaration.Room}"),
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_rooms_inside_a_room_do_not_use_each_other_in_a_circle()
    {
        string[] folders = [.. Sources.Value.SelectMany(file => file.Folders).Distinct().Order(StringComparer.Ordinal)];
        Assert.Contains("Imaging", folders);
        Assert.Contains("", folders);
        string[] wrong = [.. folders.SelectMany(folder => Circles(Uses.Value, folder))];
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_rooms_of_MLNet_do_not_use_each_other_in_a_circle()
    {
        Use[] uses = [.. FindUses(SourceFile.Below(MLNet))];
        Assert.Contains(("Estimators/ImageTransformer.cs", "StockChain", "Saving"),
            uses.Select(use => (use.File.Path, use.Type, use.Declaration.Folder)));
        Assert.Empty(Circles(uses, ""));
    }

    [Fact]
    public void The_rule_sees_uses_and_would_see_a_wrong_one()
    {
        var uses = Uses.Value.Select(use => (use.File.Path, use.Type, use.Declaration.Folder)).ToHashSet();
        Assert.Contains(("Featurization/OnnxSession.cs", "OnnxModel", "Onnx/Graph"), uses);
        Assert.Contains(("Models/ClassifierGraph.cs", "TensorProto", "Onnx/Graph"), uses);
        Assert.Contains(("Models/EvaluationResult.cs", "ClassificationReport", "Evaluation"), uses);
        Assert.Contains(("Scenarios/FeatureExtraction.cs", "ImageClassifier", "Models"), uses);
        Assert.Contains(("Imaging/Decoding/ImageDecoder.cs", "JpegImage", "Imaging/Jpeg"), uses);
        Assert.True(Level("Scenarios") > Level("Models") && Level("Models") > Level("Onnx"));
        (string, string)[] circle = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")];
        Assert.Equal(["a", "b", "c"], OnACircle(circle).Order(StringComparer.Ordinal));
        Assert.Empty(OnACircle(circle[1..]));
    }

    [Fact]
    public void Every_folder_is_a_room_with_a_place_in_the_order_of_the_decision_record()
    {
        Assert.All(Sources.Value, file => Assert.Contains(file.Room, Levels.SelectMany(level => level)));
        string record = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "docs/adr/0001-folders-and-namespaces.md"))
            .Replace("\n> ", " ", StringComparison.Ordinal);
        Assert.Contains(string.Join(" ← ", Levels.Select(level => string.Join(", ", level))), record, StringComparison.Ordinal);
    }

    [Fact]
    public void Users_need_one_namespace_and_graph_surgery_and_MLNet_have_their_own()
    {
        foreach (var file in Sources.Value)
        {
            string found = Namespace().Match(file.Code).Groups["name"].Value;
            bool isSurgery = file.Room == "Onnx" && found.StartsWith("TransferLearning.Onnx", StringComparison.Ordinal);
            Assert.True(isSurgery || found == "TransferLearning", $"{file} has the namespace '{found}'");
        }

        foreach (var file in SourceFile.Below(MLNet))
        {
            string found = Namespace().Match(file.Code).Groups["name"].Value;

            // The member of MLContext is found wherever MLContext is, as those of ML.NET's own packages.
            string expected = file.Name == "TransferLearningExtensions" ? "Microsoft.ML" : "TransferLearning.MLNet";
            Assert.True(found == expected, $"{file} has the namespace '{found}'");
        }
    }

    private static int Level(string room) => Array.FindIndex(Levels, level => level.Contains(room));

    /// <summary>The uses that close a circle among what a folder holds: its sub-folders, and its own files as one.</summary>
    private static IEnumerable<string> Circles(IEnumerable<Use> uses, string folder)
    {
        var within = uses
            .Select(use => (Use: use, From: use.File.PartOf(folder), To: use.Declaration.PartOf(folder)))
            .Where(entry => entry is { From: not null, To: not null } && entry.From != entry.To)
            .ToList();
        var circle = OnACircle([.. within.Select(entry => (entry.From!, entry.To!)).Distinct()]);
        return within.Where(entry => circle.Contains(entry.From!) && circle.Contains(entry.To!))
            .Select(entry => $"in '{folder}': {entry.Use.File} uses {entry.Use.Type} of {entry.Use.Declaration}");
    }

    /// <summary>
    /// What is left after everything that uses nothing else, or is used by nothing else, has been taken away again and again.
    /// </summary>
    private static HashSet<string> OnACircle(IReadOnlyCollection<(string From, string To)> edges)
    {
        var left = edges.ToList();
        while (true)
        {
            int removed =
                left.RemoveAll(edge => !left.Exists(next => next.From == edge.To) || !left.Exists(previous => previous.To == edge.From));
            if (removed == 0)
                return [.. left.SelectMany(edge => new[] { edge.From, edge.To })];
        }
    }

    private static IEnumerable<Use> FindUses(IReadOnlyList<SourceFile> sources)
    {
        // A type in several files belongs to the one with its name.
        var declared = sources.SelectMany(file => file.DeclaredTypes.Concat(file.Path == "Onnx/Graph/OnnxModel.cs" ? Messages() : [])
            .Select(type => (Type: type, File: file))).ToLookup(entry => entry.Type, entry => entry.File);
        var members = sources.SelectMany(file => file.DeclaredMembers.Select(name => (file.Folder, name))).ToHashSet();
        foreach (var file in sources)
        {
            foreach (string name in file.MentionedNames.Where(name => declared.Contains(name) && !members.Contains((file.Folder, name))))
            {
                var declarations = declared[name].ToList();
                if (!declarations.Exists(declaration => declaration.Folder == file.Folder))
                    yield return new Use(file, name, declarations.Find(declaration => declaration.Name == name) ?? declarations[0]);
            }
        }
    }

    /// <summary>The types that are generated from the description of the file format.</summary>
    private static IEnumerable<string> Messages() => Message()
        .Matches(File.ReadAllText(Path.Combine(TestData.RepositoryRoot, Core, "Onnx/Graph/onnx.proto")))
            .Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"^message (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Message();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
