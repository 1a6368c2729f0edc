using System.Text.RegularExpressions;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Architecture;

/// <summary>Every folder of the library is a room, and rooms depend on each other in one direction only.</summary>
public sealed partial class RoomTests
{
    /// <summary>The direction of docs/adr/0001-folders-and-namespaces.md: a room may use those before it and, one way, those beside it.</summary>
    private static readonly string[][] Levels =
    [
        ["Onnx", "Imaging"], ["Data", "Backbones"], ["Featurization"], ["Heads", "Training"], ["Models", "Evaluation"], ["Scenarios"], ["MLNet"],
    ];

    /// <summary>
    /// Fine-tuning begins with a linear head, and a head with a hidden layer is trained by the training loop: the two are one matter seen
    /// from its two ends.
    /// </summary>
    private static readonly string[] RoomsThatNeedEachOther = ["Heads", "Training"];

    private static readonly string[] RoomsOfRootNamespace = ["Data", "Backbones", "Models", "Evaluation", "Scenarios"];

    private static readonly Lazy<IReadOnlyList<SourceFile>> Sources = new(() => SourceFile.Below("src/TransferLearning"));

    [Fact]
    public void No_room_uses_a_type_of_a_room_to_its_right()
    {
        string[] wrong = [.. Uses().Where(use => Level(use.To) > Level(use.File.Room)).Select(use => $"{use.File} uses {use.Type} of {use.To}")];
        Assert.Empty(wrong);
    }

    [Fact]
    public void Rooms_side_by_side_do_not_use_each_other_both_ways()
    {
        var beside = Uses()
            .Where(use => Level(use.To) == Level(use.File.Room) && !(RoomsThatNeedEachOther.Contains(use.To) && RoomsThatNeedEachOther.Contains(use.File.Room)))
            .ToList();
        string[] wrong =
        [
            .. beside.Where(use => beside.Exists(other => other.File.Room == use.To && other.To == use.File.Room))
                .Select(use => $"{use.File} uses {use.Type} of {use.To}"),
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_rule_sees_uses_and_would_see_a_wrong_one()
    {
        var uses = Uses().Select(use => (use.File.Path, use.Type, use.To)).ToHashSet();
        Assert.Contains(("Featurization/OnnxSession.cs", "OnnxModel", "Onnx"), uses);
        Assert.Contains(("Models/ClassifierGraph.cs", "TensorProto", "Onnx"), uses);
        Assert.Contains(("Models/Evaluation.cs", "ClassificationReport", "Evaluation"), uses);
        Assert.Contains(("Scenarios/FeatureExtraction.cs", "ImageClassifier", "Models"), uses);
        Assert.True(Level("Scenarios") > Level("Models") && Level("Models") > Level("Onnx"));
    }

    [Fact]
    public void Every_folder_is_a_room_with_a_place_in_the_order_of_the_decision_record()
    {
        Assert.All(Sources.Value, file => Assert.Contains(file.Room, Levels.SelectMany(level => level)));
        string record = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "docs/adr/0001-folders-and-namespaces.md"));
        Assert.Contains(string.Join(" ← ", Levels.Select(level => string.Join(", ", level))), record, StringComparison.Ordinal);
    }

    [Fact]
    public void Namespaces_follow_the_rooms()
    {
        foreach (var file in Sources.Value)
        {
            string expected = RoomsOfRootNamespace.Contains(file.Room) ? "TransferLearning" : $"TransferLearning.{file.Room}";
            string found = Namespace().Match(file.Code).Groups["name"].Value;
            bool holds = found == expected || !RoomsOfRootNamespace.Contains(file.Room) && found.StartsWith(expected + ".", StringComparison.Ordinal);
            // The member that C# finds on MLContext with `using TransferLearning;` has to live in that namespace.
            Assert.True(holds || file.Room == "MLNet" && found == "TransferLearning", $"{file} has the namespace '{found}', not '{expected}'");
        }
    }

    private static int Level(string room) => Array.FindIndex(Levels, level => level.Contains(room));

    private static IEnumerable<(SourceFile File, string Type, string To)> Uses()
    {
        // A name may be declared in several rooms; where the own room is one of them, or one to the left, that is the one meant.
        var rooms = Sources.Value.SelectMany(file => file.DeclaredTypes.Select(type => (type, file.Room)))
            .Concat(Messages().Select(type => (type, Room: "Onnx")))
            .Distinct()
            .ToLookup(entry => entry.type, entry => entry.Room);
        var members = Sources.Value.SelectMany(file => file.DeclaredMembers.Select(name => (file.Room, name))).ToHashSet();
        foreach (var file in Sources.Value)
        {
            foreach (string name in file.MentionedNames.Where(name => rooms.Contains(name) && !members.Contains((file.Room, name))))
            {
                string room = rooms[name].Contains(file.Room) ? file.Room : rooms[name].MinBy(Level)!;
                if (room != file.Room)
                    yield return (file, name, room);
            }
        }
    }

    /// <summary>The types that are generated from the description of the file format.</summary>
    private static IEnumerable<string> Messages() => Message()
        .Matches(File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "src/TransferLearning/Onnx/onnx.proto"))).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"^message (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Message();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
