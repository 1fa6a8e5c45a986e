// Nothing at all: what is left is the CLI's and the SDK's own start.
import "@pulumi/pulumi";
