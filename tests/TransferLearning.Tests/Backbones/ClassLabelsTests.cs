using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.BackboneCatalog;

public sealed class ClassLabelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_with_one_name_per_line_is_read() => Assert.Equal(["cat", "dog, puppy", "狗"], Read("cat\r\n dog, puppy \n狗\n\n"));

    [Fact]
    public void A_table_with_an_index_is_sorted_by_it() =>
        Assert.Equal(["cat", "dog"], Read("index\tsynset\tnames\n1\tn2\tdog\n0\tn1\tcat\n"));

    [Fact]
    public void A_table_without_an_index_keeps_its_order() => Assert.Equal(["cat", "dog"], Read("Label\tcount\ncat\t3\ndog\t4"));

    [Fact]
    public void The_thousand_classes_of_imagenet_are_read()
    {
        var labels = ClassLabels.FromFile(TestData.Require("models/imagenet_classes.tsv"));

        Assert.Equal(1000, labels.Count);
        Assert.Equal("tench, Tinca tinca", labels[0]);
        Assert.Equal(Backbone.FromFile(TestData.Require("models/mobilenetv2-1.0-224.onnx")).Labels, labels);
    }

    [Fact]
    public void The_embedded_names_of_imagenet_are_those_of_the_networks_trained_on_it()
    {
        Assert.Equal(ClassLabels.FromFile(TestData.Require("models/imagenet_classes.tsv")), ClassLabels.ImageNet1k);
        Assert.Equal(999, ClassLabels.ImageNet1k.Distinct().Count());
    }

    [Theory]
    [InlineData("", "no class names")]
    [InlineData("\n\n", "no class names")]
    [InlineData("cat\n\ndog", "Line 2")]
    [InlineData("index\tname", "no class names")]
    [InlineData("index\tcolour\n0\tred", "columns index, colour")]
    [InlineData("index\tname\n0\tcat\n0\tdog", "Line 3 of .* has the index 0 a second time")]
    [InlineData("index\tname\n0\tcat\n2\tdog", "Line 3 of .* has the index '2'; it must be 0 to 1")]
    [InlineData("index\tname\n0\tcat\n-1\tdog", "Line 3")]
    [InlineData("index\tname\n0\tcat\n1\t", "Line 3 of .* has no class name")]
    [InlineData("index\tname\n0\tcat\n1", "Line 3 of .* has 1 columns, not 2")]
    public void A_malformed_file_is_named_with_the_line(string text, string message)
    {
        var error = Assert.Throws<FormatException>(() => Read(text));

        Assert.Matches(message, error.Message);
        Assert.Contains(_folder.File("labels.txt"), error.Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<string> Read(string text)
    {
        File.WriteAllText(_folder.File("labels.txt"), text);
        return ClassLabels.FromFile(_folder.File("labels.txt"));
    }
}
