using System.Text;
using TransferLearning.Cli.Shards;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>The table of <c>train --features --labels</c>.</summary>
public sealed class PartLabelsTests
{
    [Theory]
    [InlineData("path,label\na/1.jpg,a\nb/2.jpg,b\n")]
    [InlineData("\ufefflabel;more;path\r\na;;a/1.jpg\r\n\r\nb;x;\"b/2.jpg\"\r\n")]
    [InlineData("path\tlabel\na\\1.jpg\ta\na\\1.jpg\ta\nb/2.jpg\tb")]
    public void Each_path_has_its_class(string table)
    {
        var labels = Read(Encoding.UTF8.GetBytes(table));
        Assert.Equal(["a", "b"], labels.Names);
        Assert.Equal((0, 1), (labels.Of("a/1.jpg"), labels.Of("b/2.jpg")));
        Assert.Null(labels.Of("c/3.jpg"));
    }

    [Theory]
    [InlineData("", "columns 'path' and 'label'")]
    [InlineData("a/1.jpg,a\n", "columns 'path' and 'label'")]
    [InlineData("path,label\n", "no row below")]
    [InlineData("path,label\na/1.jpg,a\na/2.jpg\n", "Line 3 of 'TABLE' has no path or no label")]
    [InlineData("path,label\n,a\n", "Line 2 of 'TABLE' has no path or no label")]
    [InlineData("path,label\na/1.jpg,a\na/1.jpg,b\n", "Line 3 of 'TABLE' gives 'a/1.jpg' another class")]
    [InlineData("path,label\na/1.jpg,a\n\"a/2.jpg,b\na/3.jpg,\"a\n", "a quotation mark is out of place")]
    [InlineData("path,label\na/1.jpg,caf\u00e9\n", "'TABLE' is not a text in UTF-8")]
    public void What_is_no_such_table_is_refused_with_its_name(string table, string expected)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("labels.csv");
        File.WriteAllBytes(file, Encoding.Latin1.GetBytes(table));
        var error = Assert.Throws<DatasetException>(() => PartLabels.Read(file, CancellationToken.None));
        Assert.Contains(expected.Replace("TABLE", file, StringComparison.Ordinal), error.Message, StringComparison.Ordinal);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    private static PartLabels Read(byte[] table)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("labels.csv"), table);
        return PartLabels.Read(folder.File("labels.csv"), CancellationToken.None);
    }
}
