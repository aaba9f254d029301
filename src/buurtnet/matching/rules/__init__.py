"""What matching decides, pure: who fits whom (`fit`), the life of a match (`life`), and how both are said in words (`words`)."""
