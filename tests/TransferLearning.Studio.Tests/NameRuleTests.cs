namespace TransferLearning.Studio.Tests;

public sealed class NameRuleTests
{
    [Theory]
    [InlineData("IMG_1234 (1).JPG", ".jpg", "IMG_1234 (1).jpg")]
    [InlineData("cat.png", ".jpg", "cat.jpg")]
    [InlineData("holiday/../../cat.jpg", ".jpg", "cat.jpg")]
    [InlineData("C:\\me\\Hündin.jpg", ".jpg", "Hündin.jpg")]
    [InlineData("Hu\u0308ndin.jpg", ".jpg", "Hündin.jpg")]
    [InlineData("a:b*c?.png", ".png", "a_b_c_.png")]
    [InlineData(" .hidden .png", ".png", "hidden.png")]
    [InlineData("...", ".png", null)]
    [InlineData("/", ".png", null)]
    public void An_image_keeps_its_name_as_far_as_a_file_can_have_it(string given, string extension, string? expected) =>
        Assert.Equal(expected, NameRule.OfImage(given, extension));

    [Fact]
    public void A_long_name_is_cut_between_letters()
    {
        string name = NameRule.OfImage(string.Concat(Enumerable.Repeat("🐕", 300)) + ".jpg", ".jpg")!;
        Assert.Equal(100, name[..^4].EnumerateRunes().Count());
        Assert.DoesNotContain("\uFFFD", name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\tb")]
    public void A_class_that_could_not_be_a_folder_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => NameRule.CheckClass(name));
}
